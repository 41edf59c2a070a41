package io.elanus.brokers;

import io.elanus.brokers.TopicCursor.Entry;
import io.elanus.log.LogRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The last records of a log, as many as fit into a few bytes: whoever replays little needs no walk
 * of the topic for it, which would have to be connected first. Written by the tail, read by anyone.
 */
final class RecentRecords {
  /** Beside the payload of a record. */
  private static final int RECORD_BYTES = 64;

  private final int mostBytes;

  /** By position; the payloads are copies. */
  private final TreeMap<Long, LogRecord> records = new TreeMap<>();

  /** Every record at or after this position is here; before the first one, none may be missed. */
  private long completeFrom = Long.MAX_VALUE;

  private long bytes;

  RecentRecords(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** The next record of the log. */
  void add(Entry entry) {
    ByteBuffer payload = ByteBuffer.allocate(entry.payload().remaining());
    payload.put(entry.payload().duplicate()).flip();
    long position = entry.stamp().position();
    add(new LogRecord(position, entry.stamp().nextPosition(), entry.stamp().epoch(), payload));
  }

  synchronized void add(LogRecord record) {
    completeFrom = Math.min(completeFrom, record.position());
    records.put(record.position(), record);
    bytes += sizeOf(record);
    while (bytes > mostBytes) {
      LogRecord oldest = records.pollFirstEntry().getValue();
      bytes -= sizeOf(oldest);
      completeFrom = oldest.nextPosition();
    }
  }

  private static long sizeOf(LogRecord record) {
    return record.payload().remaining() + RECORD_BYTES;
  }

  /** The first record at or after a position, if it is here. */
  synchronized Optional<LogRecord> from(long position) {
    if (position < completeFrom) {
      return Optional.empty();
    }
    return Optional.ofNullable(records.ceilingEntry(position))
        .map(Map.Entry::getValue)
        .map(RecentRecords::borrowed);
  }

  private static LogRecord borrowed(LogRecord record) {
    return new LogRecord(
        record.position(),
        record.nextPosition(),
        record.epoch(),
        record.payload().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
  }
}
