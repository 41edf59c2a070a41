package io.elanus.log;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a {@link LocalLog} through files of its own, so that cutting does not disturb it. */
final class LocalLogReader implements LogReader {
  private final LocalLog log;
  private long position;
  private @Nullable RecordWindow window;

  LocalLogReader(LocalLog log, long position) {
    this.log = log;
    this.position = position;
    if (position < log.endPosition()) {
      this.position = recordAtOrAfter(position);
    }
  }

  /** A position that begins no record is looked for from the beginning of its file. */
  private long recordAtOrAfter(long wanted) {
    RecordWindow file = windowAt(wanted);
    long end = log.readableEnd(file.startPosition());
    if (file.header(wanted, end) != null) {
      return wanted;
    }
    long at = file.startPosition();
    while (at < wanted) {
      RecordHeader header = file.header(at, end);
      if (header == null) {
        throw file.damaged(at);
      }
      at = header.nextPosition();
    }
    return at;
  }

  @Override
  public Optional<LogRecord> next() {
    log.checkOpen();
    while (position < log.endPosition()) {
      RecordWindow file = windowAt(position);
      long end = log.readableEnd(file.startPosition());
      RecordHeader header = file.header(position, end);
      ByteBuffer payload = header == null ? null : file.payload(header, end);
      if (header == null || payload == null) {
        throw file.damaged(position);
      }
      position = header.nextPosition();
      if (header.kind() == RecordHeader.DATA) {
        return Optional.of(
            new LogRecord(
                header.position(),
                position,
                header.epoch(),
                payload.asReadOnlyBuffer().order(payload.order())));
      }
    }
    return Optional.empty();
  }

  private RecordWindow windowAt(long wanted) {
    RecordWindow current = window;
    if (current != null && wanted < log.readableEnd(current.startPosition())) {
      return current;
    }
    close();
    current = log.openWindow(wanted);
    window = current;
    return current;
  }

  @Override
  public void close() {
    if (window != null) {
      window.close();
      window = null;
    }
  }
}
