package io.elanus.brokers;

import io.elanus.brokers.Succession.State;
import io.elanus.brokers.TopicCursor.Entry;
import io.elanus.log.AppendResult;
import io.elanus.log.Log;
import io.elanus.log.LogLimits;
import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A log in a topic ({@link RecordStamp} is the format, {@link Succession} says what counts).
 *
 * <p>The first append at an epoch writes a barrier and waits for it to come back, so that it is
 * known where the log ends. An append sends its records at once, one after the other, and waits for
 * the last to come back: then no newer barrier was in front of it, and it is acknowledged. When one
 * was, the append is fenced, whatever the broker said of the sends.
 *
 * <p>When neither is known in time, records of the append may be in the topic, or may still arrive.
 * Appends of that epoch are refused from then on, UNAVAILABLE. The channel's owner takes it anew:
 * fences with a greater epoch, behind whose barrier nothing of the old one counts, and reads what
 * became of the append.
 */
final class BrokerLog implements Log, AutoCloseable {
  private final String channel;
  private final Topic topic;
  private final BrokerLogStore.Limits limits;
  private final TopicTail tail;
  private final long writer;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable RecordSink sink;
  private long claimedEpoch = -1;
  private long brokenEpoch = -1;
  private volatile boolean closed;

  BrokerLog(
      String channel, Topic topic, BrokerLogStore.Limits limits, TopicTail tail, long writer) {
    this.channel = channel;
    this.topic = topic;
    this.limits = limits;
    this.tail = tail;
    this.writer = writer;
  }

  @Override
  public AppendResult append(long epoch, List<ByteBuffer> payloads) {
    LogLimits.checkPayloads(payloads, limits.maxRecordBytes());
    lock.lock();
    try {
      checkOpen();
      return claim(epoch) ? write(epoch, payloads) : fenced();
    } finally {
      lock.unlock();
    }
  }

  private AppendResult fenced() {
    return new AppendResult.Fenced(tail.state().epoch());
  }

  /** Makes the topic this writer's; false when a newer one has it. */
  private boolean claim(long epoch) {
    State known = tail.state();
    if (epoch < known.epoch()) {
      return false;
    }
    if (epoch <= brokenEpoch) {
      throw unavailable("an append of this epoch failed; only a greater one may write", epoch);
    }
    if (known.isOf(writer, epoch)) {
      return true;
    }
    if (epoch <= claimedEpoch) {
      return false; // whoever has the epoch now came after
    }
    barrier(epoch);
    return tail.state().isOf(writer, epoch);
  }

  /** Appends a barrier and waits for it to come back. May be repeated after a failure. */
  private void barrier(long epoch) {
    long end = tail.state().end();
    var stamp = new RecordStamp(RecordStamp.BARRIER, epoch, writer, end, end, 0);
    Sends sends = sends();
    sends.send(stamp, ByteBuffer.allocate(0));
    awaitRead(sends, () -> tail.ownBarrier() >= epoch);
    if (tail.ownBarrier() < epoch) {
      dropSink();
      throw failed(sends, "a barrier did not come back in time", epoch);
    }
    claimedEpoch = Math.max(claimedEpoch, epoch);
  }

  private AppendResult write(long epoch, List<ByteBuffer> payloads) {
    long first = tail.state().end();
    long[] positions = new long[payloads.size()];
    long position = first;
    boolean known = false;
    try {
      Sends sends = sends();
      for (int ordinal = 0; ordinal < positions.length && !sends.failed(); ordinal++) {
        ByteBuffer payload = payloads.get(ordinal);
        int bytes = payload.remaining();
        sends.send(
            new RecordStamp(RecordStamp.DATA, epoch, writer, position, first, bytes), payload);
        positions[ordinal] = position;
        position += RecordStamp.extentOf(bytes);
      }
      long end = position;
      boolean whole = !sends.failed();
      awaitRead(sends, () -> whole && tail.ownEnd() >= end || !tail.state().isOf(writer, epoch));
      if (whole && tail.ownEnd() >= end) {
        known = true;
        return new AppendResult.Appended(first, positions, end);
      }
      if (!tail.state().isOf(writer, epoch)) {
        known = true;
        return fenced();
      }
      throw failed(sends, "an append did not come back in time", epoch);
    } finally {
      if (!known) {
        brokenEpoch = epoch;
        dropSink();
      }
    }
  }

  /** Until what was sent has come back, or a send failed; in time or not. */
  private void awaitRead(Sends sends, BooleanSupplier done) {
    Duration rest = limits.append().minus(sends.lasting());
    tail.awaitRead(() -> done.getAsBoolean() || sends.failed(), rest);
  }

  private ElanusException failed(Sends sends, String otherwise, long epoch) {
    return sends
        .failure()
        .map(failure -> failure.with("position", endPosition()))
        .orElseGet(() -> unavailable(otherwise, epoch));
  }

  private ElanusException unavailable(String sentence, long epoch) {
    return new ElanusException(ErrorCode.UNAVAILABLE, sentence)
        .with("topic", topic.name())
        .with("epoch", epoch)
        .with("position", endPosition());
  }

  private Sends sends() {
    return new Sends(opened(), tail::wake);
  }

  private RecordSink opened() {
    RecordSink open = sink;
    if (open == null) {
      open = topic.sink();
      sink = open;
    }
    return open;
  }

  private void dropSink() {
    if (sink != null) {
      sink.close();
      sink = null;
    }
  }

  @Override
  public void readyToAppend() {
    lock.lock();
    try {
      checkOpen();
      opened().connect();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void fence(long epoch) {
    lock.lock();
    try {
      checkOpen();
      if (epoch > tail.state().epoch()) {
        barrier(epoch);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long epoch() {
    return tail.state().epoch();
  }

  @Override
  public long firstPosition() {
    return tail.first();
  }

  @Override
  public long endPosition() {
    return tail.state().end();
  }

  @Override
  public int maxRecordBytes() {
    return limits.maxRecordBytes();
  }

  @Override
  public LogReader read(long position) {
    checkReadable(position);
    return new BrokerLogReader(this, position);
  }

  /** Throws when the record at a position was cut, is beyond the end, or cannot be asked for. */
  void checkReadable(long position) {
    checkOpen();
    LogLimits.checkReadable(this, channel, position);
  }

  /**
   * A walk that comes by the record at or after a position; to be closed. What is noted may have
   * been cut by the log's writer in another process: then it begins where the topic does, which may
   * be behind the position.
   */
  TopicCursor cursorBelow(long position) {
    var place = tail.places().below(position).orElseThrow(() -> cutMeanwhile(position));
    Place first = topic.retained().first();
    return first.compareTo(place.getValue().place()) <= 0
        ? new TopicCursor(topic, place.getValue())
        : new TopicCursor(topic, new TopicCursor.Start(first, State.OF_REST));
  }

  /** The record at or after a position, if it is one of the last. */
  Optional<LogRecord> recent(long position) {
    return tail.recent().from(position);
  }

  ElanusException cutMeanwhile(long position) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "the log was cut while it was read")
        .with("topic", topic.name())
        .with("position", position);
  }

  /** The next record of a walk; there is one, since the tail has read it. */
  Entry nextOf(TopicCursor cursor) {
    return cursor.next(limits.record()).orElseThrow(() -> TopicTail.stalled(topic, cursor.place()));
  }

  /**
   * Has the broker forget what is below a noted place, that of a record. The log's last record is
   * never cut: epoch and position are read from it.
   */
  @Override
  public void cutBelow(long position) {
    checkOpen();
    LogLimits.checkCut(this, channel, position);
    tail.places()
        .below(position)
        .filter(place -> place.getKey() > tail.first())
        .ifPresent(place -> {
          topic.cutBelow(place.getValue().place());
          tail.places().cutBelow(place.getKey());
        });
  }

  private void checkOpen() {
    if (closed) {
      throw LogLimits.closed();
    }
    tail.check();
  }

  /** Whether the topic could not be read further. */
  boolean isDamaged() {
    return tail.isDamaged();
  }

  /** Ends what waits; nothing is written. */
  @Override
  public void close() {
    closed = true;
    tail.close();
    lock.lock();
    try {
      dropSink();
    } finally {
      lock.unlock();
    }
  }
}
