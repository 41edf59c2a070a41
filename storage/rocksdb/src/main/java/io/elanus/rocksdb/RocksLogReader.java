package io.elanus.rocksdb;

import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Reads a {@link RocksLog} in portions, so that it holds nothing native between calls. */
final class RocksLogReader implements LogReader {
  private static final int PORTION_BYTES = 256 << 10;

  private final RocksLog log;
  private final Deque<LogRecord> portion = new ArrayDeque<>();
  private long position;

  RocksLogReader(RocksLog log, long position) {
    this.log = log;
    this.position = position;
  }

  @Override
  public Optional<LogRecord> next() {
    if (portion.isEmpty()) {
      portion.addAll(log.readFrom(position, PORTION_BYTES));
    }
    LogRecord record = portion.poll();
    if (record != null) {
      position = record.nextPosition();
    }
    return Optional.ofNullable(record);
  }

  @Override
  public void close() {
    portion.clear();
  }
}
