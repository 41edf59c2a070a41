package io.elanus.node.streaming;

import io.elanus.disk.Failpoints;
import io.elanus.log.Log;
import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import io.elanus.node.streaming.LogRecordCodec.Decoded;
import java.util.Optional;

/** Reads a channel's log record by record, those that were split put together. */
final class WholeRecords implements AutoCloseable {
  private final LogReader reader;
  private final RecordAssembly assembly = new RecordAssembly();
  private long begin = -1;
  private long lastTimestamp;

  WholeRecords(Log log, long position) {
    this.reader = log.read(position);
  }

  /**
   * @param position where it begins
   * @param after where the next one does
   */
  record Whole(Decoded decoded, long position, long after) {}

  /**
   * The next one, which borrows memory until the next call; empty at the present end, from where
   * later calls go on.
   */
  Optional<Whole> next() {
    for (Optional<LogRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
      Failpoints.hit("streaming.replay.record");
      LogRecord record = next.get();
      Decoded decoded = LogRecordCodec.decode(record.payload());
      lastTimestamp = Math.max(lastTimestamp, decoded.header().timestamp());
      if (begin < 0 || !isPiece(decoded.entry())) {
        begin = record.position();
      }
      Optional<Decoded> whole = assembly.take(decoded);
      if (whole.isPresent()) {
        return Optional.of(new Whole(whole.get(), begin, record.nextPosition()));
      }
    }
    return Optional.empty();
  }

  private static boolean isPiece(LogEntry entry) {
    return entry instanceof LogEntry.Piece || entry instanceof LogEntry.Commit;
  }

  /** The sequence of the last record; 0 when there is none. */
  long lastSequence() {
    return assembly.lastSequence();
  }

  /** The largest of a record; 0 when there is none. */
  long lastTimestamp() {
    return lastTimestamp;
  }

  @Override
  public void close() {
    reader.close();
  }
}
