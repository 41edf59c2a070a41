package io.elanus.process;

/** Which implementation of a storage contract a process uses. */
enum StoreType {
  FILES,
  ROCKSDB,
  MEMORY
}
