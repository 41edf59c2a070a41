package io.elanus.brokers;

import io.elanus.brokers.TopicCursor.Entry;
import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over a {@link BrokerLog}, with a walk of its own from the first record on that is not
 * among the {@link RecentRecords}. The end is the log's, known from its tail: asking at the end
 * costs nothing.
 */
final class BrokerLogReader implements LogReader {
  private final BrokerLog log;
  private long position;
  private @Nullable TopicCursor cursor;

  /**
   * @param position of the first record to return, or of any byte in front of it
   */
  BrokerLogReader(BrokerLog log, long position) {
    this.log = log;
    this.position = position;
  }

  @Override
  public Optional<LogRecord> next() {
    log.checkReadable(position);
    Optional<LogRecord> recent = cursor == null ? log.recent(position) : Optional.empty();
    if (recent.isPresent() && recent.get().nextPosition() <= log.endPosition()) {
      position = recent.get().nextPosition();
      return recent;
    }
    while (seen() < log.endPosition()) {
      boolean first = cursor == null;
      Entry entry = log.nextOf(opened());
      RecordStamp stamp = entry.stamp();
      if (first && stamp.position() > position) {
        throw log.cutMeanwhile(position);
      }
      if (entry.verdict() == Succession.Verdict.TAKEN && stamp.position() >= position) {
        position = stamp.nextPosition();
        return Optional.of(
            new LogRecord(
                stamp.position(),
                position,
                stamp.epoch(),
                entry.payload().slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN)));
      }
    }
    return Optional.empty();
  }

  /** The position up to which records were looked at. */
  private long seen() {
    return cursor == null ? position : cursor.state().end();
  }

  private TopicCursor opened() {
    TopicCursor open = cursor;
    if (open == null) {
      open = log.cursorBelow(position);
      cursor = open;
    }
    return open;
  }

  @Override
  public void close() {
    if (cursor != null) {
      cursor.close();
    }
  }
}
