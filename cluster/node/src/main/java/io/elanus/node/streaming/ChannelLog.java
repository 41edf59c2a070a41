package io.elanus.node.streaming;

import io.elanus.disk.Failpoints;
import io.elanus.log.AppendResult;
import io.elanus.log.Log;
import io.elanus.node.streaming.LogRecordCodec.Header;
import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Appends entries to a physical channel under the owner's epoch, numbered without a gap. What an
 * append says about the ownership is told to it.
 */
final class ChannelLog {
  private static final int FIRST_BYTES = 64 << 10;
  private static final int MOST_KEPT_BYTES = 8 << 20;

  private final Log log;
  private final Ownership ownership;
  private final int recordBytes;
  private final LogWatch watch;
  private long nextSequence;

  /** Kept between appends; null while a batch uses it. */
  private @Nullable ByteBuffer memory;

  /**
   * @param lastSequence of the log's last record
   */
  ChannelLog(Log log, Ownership ownership, int recordBytes, LogWatch watch, long lastSequence) {
    this.watch = watch;
    this.log = log;
    this.ownership = ownership;
    this.recordBytes = Math.min(recordBytes, log.maxRecordBytes());
    this.nextSequence = lastSequence + 1;
  }

  /** Entries that become durable together. */
  final class Batch {
    private final List<ByteBuffer> records = new ArrayList<>();
    private final List<Integer> firstRecords = new ArrayList<>();
    private final RecordWriter out = writer();
    private long sequence = nextSequence;

    /** Returns the ordinal of the entry in the batch. */
    int add(String channel, long timestamp, String requestId, LogEntry entry) {
      Header header = new Header(channel, ownership.epoch(), sequence, timestamp, requestId);
      ByteBuffer whole = LogRecordCodec.encode(header, entry, out);
      List<ByteBuffer> split = LogRecordCodec.split(whole, header, recordBytes, out);
      firstRecords.add(records.size());
      records.addAll(split);
      sequence += split.size();
      return firstRecords.size() - 1;
    }

    boolean isEmpty() {
      return records.isEmpty();
    }
  }

  /**
   * Where the entries of a batch are.
   *
   * @param starts [entries] positions of their first records
   * @param end of the log after the batch
   */
  record Placed(long[] starts, long end) {
    /** The position after an entry. */
    long after(int entry) {
      return entry + 1 < starts.length ? starts[entry + 1] : end;
    }
  }

  Batch batch() {
    return new Batch();
  }

  private RecordWriter writer() {
    ByteBuffer kept = memory;
    memory = null;
    return kept == null ? new RecordWriter(FIRST_BYTES) : new RecordWriter(kept);
  }

  /**
   * Makes the batch durable; empty when the log belongs to a newer epoch by now. The batch's
   * records must not be looked at afterwards. Nothing of it happened when this throws.
   */
  Optional<Placed> append(Batch batch) {
    try {
      Optional<Placed> placed = write(batch);
      if (placed.isEmpty()) {
        ownership.lose();
      } else {
        ownership.appended();
      }
      return placed;
    } catch (ElanusException failed) {
      ownership.writeFailed(failed);
      throw failed;
    }
  }

  /** One entry of its own; throws also when the log belongs to a newer epoch by now. */
  Placed append(String channel, long timestamp, LogEntry entry) {
    Batch batch = batch();
    batch.add(channel, timestamp, "", entry);
    return append(batch).orElseThrow(ownership::unavailable);
  }

  private Optional<Placed> write(Batch batch) {
    Failpoints.hit("streaming.append.beforeLog");
    AppendResult result = append(batch.records);
    if (batch.out.memory().capacity() <= MOST_KEPT_BYTES) {
      memory = batch.out.memory();
    }
    return switch (result) {
      case AppendResult.Fenced fenced -> Optional.empty();
      case AppendResult.Appended appended -> {
        nextSequence = batch.sequence;
        long[] starts = new long[batch.firstRecords.size()];
        for (int i = 0; i < starts.length; i++) {
          starts[i] = appended.positions()[batch.firstRecords.get(i)];
        }
        Failpoints.hit("streaming.append.afterLog");
        yield Optional.of(new Placed(starts, appended.endPosition()));
      }
    };
  }

  private AppendResult append(List<ByteBuffer> records) {
    watch.begins();
    try {
      return log.append(ownership.epoch(), records);
    } finally {
      watch.ends();
    }
  }

  long endPosition() {
    return log.endPosition();
  }

  void cutBelow(long position) {
    Failpoints.hit("checkpoint.before");
    log.cutBelow(position);
    Failpoints.hit("checkpoint.after");
  }
}
