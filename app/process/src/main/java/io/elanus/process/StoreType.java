package io.elanus.process;

import io.elanus.schema.ElanusException;
import java.util.Locale;

/** Which implementation of a storage contract a process uses. */
enum StoreType {
  FILES,
  ROCKSDB,
  MEMORY,
  KAFKA,
  PULSAR,
  ETCD,
  JDBC,
  S3,
  AZURE,
  GCS;

  /** One that several processes share; a process by itself does not open it. */
  ElanusException ofClusters(String setting) {
    String word = name().toLowerCase(Locale.ROOT);
    return ElanusException.invalid(
        "setting " + setting + " is " + word + ", which is for a cluster: start with --roles");
  }
}
