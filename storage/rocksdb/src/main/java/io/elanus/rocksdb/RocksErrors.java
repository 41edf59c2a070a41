package io.elanus.rocksdb;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns RocksDB's failures into our errors. */
final class RocksErrors {
  private RocksErrors() {}

  static ElanusException of(RocksDBException failure, String operation, Path folder) {
    Status status = failure.getStatus();
    Status.Code code = status == null ? Status.Code.Undefined : status.getCode();
    boolean full = status != null && status.getSubCode() == Status.SubCode.NoSpace;
    ErrorCode ours =
        full
            ? ErrorCode.DISK_LIMIT
            : code == Status.Code.Corruption ? ErrorCode.DATA_INTEGRITY : ErrorCode.IO_FAILED;
    return new ElanusException(ours, "RocksDB operation failed", failure)
        .with("operation", operation)
        .with("folder", folder)
        .with("reason", String.valueOf(failure.getMessage()));
  }

  static ElanusException closed() {
    return new ElanusException(ErrorCode.UNAVAILABLE, "RocksDB store is closed");
  }
}
