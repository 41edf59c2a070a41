package io.elanus.kafka;

import io.elanus.kafka.RecordStamp.ForeignRecord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Walks a topic from a place in it and judges every record. Used by one thread at a time. */
final class TopicCursor implements AutoCloseable {
  /**
   * Where a walk begins.
   *
   * @param offset in the topic
   * @param state what is known of the records before it
   */
  record Start(long offset, Succession.State state) {}

  /**
   * A record of the topic, be it one of the log or not.
   *
   * @param before what was known before it
   * @param payload borrowed until the next record is asked for
   */
  record Entry(
      long offset,
      RecordStamp stamp,
      Succession.State before,
      Succession.Verdict verdict,
      ByteBuffer payload) {}

  private final Consumer<ByteBuffer, ByteBuffer> consumer;
  private final TopicPartition partition;
  private final Succession succession;
  private Iterator<ConsumerRecord<ByteBuffer, ByteBuffer>> fetched = Collections.emptyIterator();
  private long offset;
  private @Nullable ElanusException damage;
  private boolean notThere;

  /**
   * @param consumer closed with this
   */
  TopicCursor(Consumer<ByteBuffer, ByteBuffer> consumer, TopicPartition partition, Start start) {
    this.consumer = consumer;
    this.partition = partition;
    this.succession = new Succession(start.state());
    this.offset = start.offset();
    consumer.assign(List.of(partition));
    consumer.seek(partition, offset);
  }

  /** Of the next record. */
  long offset() {
    return offset;
  }

  Succession.State state() {
    return succession.state();
  }

  /** Whether the next record is here already. */
  boolean hasFetched() {
    return fetched.hasNext();
  }

  /**
   * The next record; empty when none came in time.
   *
   * @throws ElanusException DATA_INTEGRITY, from then on always, when the walk cannot go on
   * @throws WakeupException when the consumer was told to
   */
  Optional<Entry> next(Duration patience) {
    if (damage != null) {
      throw damage;
    }
    try {
      if (!fetched.hasNext()) {
        fetched = consumer.poll(patience).records(partition).iterator();
      }
      return fetched.hasNext() ? Optional.of(judge(fetched.next())) : Optional.empty();
    } catch (WakeupException asked) {
      throw asked;
    } catch (KafkaException | IllegalStateException failure) {
      notThere = failure instanceof OffsetOutOfRangeException;
      throw remembered(KafkaErrors.ofRead(failure, partition.topic(), offset));
    }
  }

  private ElanusException remembered(ElanusException failure) {
    if (failure.code() == ErrorCode.DATA_INTEGRITY) {
      damage = failure;
    }
    return failure;
  }

  private Entry judge(ConsumerRecord<ByteBuffer, ByteBuffer> read) {
    Succession.State before = succession.state();
    RecordStamp stamp = stampOf(read);
    Succession.Verdict verdict = succession.judge(stamp);
    if (verdict == Succession.Verdict.MISSING) {
      throw remembered(
          KafkaErrors.integrity(
                  "acknowledged records are missing in the topic", read.topic(), read.offset())
              .with("position", stamp.position())
              .with("expected", before.end()));
    }
    offset = read.offset() + 1;
    return new Entry(read.offset(), stamp, before, verdict, read.value());
  }

  private RecordStamp stampOf(ConsumerRecord<ByteBuffer, ByteBuffer> read) {
    try {
      return RecordStamp.decode(bytesOf(read.key()), bytesOf(read.value()));
    } catch (ForeignRecord foreign) {
      throw remembered(
          KafkaErrors.integrity(String.valueOf(foreign.getMessage()), read.topic(), read.offset()));
    }
  }

  private static ByteBuffer bytesOf(@Nullable ByteBuffer bytes) throws ForeignRecord {
    if (bytes == null) {
      throw new ForeignRecord("a record of the topic is not the log's");
    }
    return bytes;
  }

  /** Whether the walk ended because the topic does not hold what comes next, but later records. */
  boolean wasCut() {
    return notThere && beginning() > offset;
  }

  /** The smallest offset that the topic retains. */
  long beginning() {
    try {
      return consumer.beginningOffsets(List.of(partition)).values().iterator().next();
    } catch (WakeupException asked) {
      throw asked;
    } catch (KafkaException failure) {
      throw KafkaErrors.of(failure, "find the beginning", partition.topic());
    }
  }

  /** Ends a wait of {@link #next} with WakeupException; called by any thread. */
  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }
}
