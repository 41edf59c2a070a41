package io.elanus.brokers;

import io.elanus.brokers.RecordSource.Found;
import io.elanus.brokers.RecordStamp.ForeignRecord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks a topic from a place in it and judges every record. Used by one thread at a time. */
final class TopicCursor implements AutoCloseable {
  /**
   * Where a walk begins.
   *
   * @param place in the topic
   * @param state what is known of the records before it
   */
  record Start(Place place, Succession.State state) {}

  /**
   * A record of the topic, be it one of the log or not.
   *
   * @param before what was known before it
   * @param payload borrowed until the next record is asked for
   */
  record Entry(
      Place place,
      RecordStamp stamp,
      Succession.State before,
      Succession.Verdict verdict,
      ByteBuffer payload) {}

  private final Topic topic;
  private final RecordSource source;
  private final Succession succession;
  private Place place;
  private @Nullable ElanusException damage;

  TopicCursor(Topic topic, Start start) {
    this.topic = topic;
    this.succession = new Succession(start.state());
    this.place = start.place();
    this.source = topic.readFrom(place);
  }

  /** Of the next record, or in front of it. */
  Place place() {
    return place;
  }

  Succession.State state() {
    return succession.state();
  }

  /** Whether the next record is here already. */
  boolean hasFetched() {
    return source.hasFetched();
  }

  /**
   * The next record; empty when none came in time, or after {@link #wakeUp}.
   *
   * @throws ElanusException DATA_INTEGRITY, from then on always, when the walk cannot go on
   */
  Optional<Entry> next(Duration patience) {
    if (damage != null) {
      throw damage;
    }
    try {
      return source.next(patience).map(this::judge);
    } catch (ElanusException failure) {
      if (failure.code() == ErrorCode.DATA_INTEGRITY) {
        damage = failure;
      }
      throw failure;
    }
  }

  private Entry judge(Found found) {
    Succession.State before = succession.state();
    RecordStamp stamp = stampOf(found);
    Succession.Verdict verdict = succession.judge(stamp);
    if (verdict == Succession.Verdict.MISSING) {
      throw BrokerErrors.integrity(
              "acknowledged records are missing in the topic", topic.name(), found.place())
          .with("position", stamp.position())
          .with("expected", before.end());
    }
    place = found.place().next();
    return new Entry(found.place(), stamp, before, verdict, found.payload());
  }

  private RecordStamp stampOf(Found found) {
    try {
      return RecordStamp.decode(found.stamp(), found.payload());
    } catch (ForeignRecord foreign) {
      throw BrokerErrors.integrity(
          String.valueOf(foreign.getMessage()), topic.name(), found.place());
    }
  }

  /** Whether the walk ended where records were cut that it had not read yet. */
  boolean wasCut() {
    return damage != null && topic.retained().first().compareTo(place) > 0;
  }

  /** Ends a wait of {@link #next}; called by any thread. */
  void wakeUp() {
    source.wakeUp();
  }

  @Override
  public void close() {
    source.close();
  }
}
