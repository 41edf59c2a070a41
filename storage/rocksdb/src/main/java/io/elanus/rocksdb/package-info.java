/**
 * Log and metadata on RocksDB, for those who know it from Milvus and to keep the contracts honest.
 *
 * <p>The only room that loads a RocksDB class; it is used only when configured.
 */
@NullMarked
package io.elanus.rocksdb;

import org.jspecify.annotations.NullMarked;
