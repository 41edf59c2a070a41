package io.elanus.coordinator.ledger;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.metadata.KeyChange;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Versioned;
import io.elanus.metadata.Watch;
import io.elanus.roles.codec.RecordCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The records below a prefix, as another process writes them: whoever takes them over has them in
 * memory already, and need not read them. They are kept up by a watch, which tells of each
 * transaction after the one before; so who has told of the writing of the term has told of all that
 * was committed under the terms before.
 */
public final class Follower implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Follower.class.getName());

  private record Known(Entry entry, long revision) {}

  private final Class<? extends Entry> type;
  private final String term;
  private final String records;
  private final Watch watch;
  private final Map<String, Known> known = new HashMap<>();
  private List<KeyChange> early = new ArrayList<>();
  private boolean filled;

  /** Of the last writing of the term that was told. */
  private long told;

  /** A change could not be understood, perhaps one of a newer version. */
  private boolean broken;

  private Follower(MetadataStore store, String prefix, Class<? extends Entry> type) {
    this.type = type;
    term = Ledger.term(prefix);
    records = Ledger.records(prefix);
    watch = store.watch(prefix, this::take);
    try {
      fill(store.range(prefix));
    } catch (RuntimeException | Error failure) {
      watch.close();
      throw failure;
    }
  }

  /**
   * Reads what is there and follows it from now on.
   *
   * @param type sealed interface of the records
   */
  public static Follower of(MetadataStore store, String prefix, Class<? extends Entry> type) {
    return new Follower(store, prefix, type);
  }

  private synchronized void fill(SortedMap<String, Versioned> range) {
    range.forEach(this::put);
    early.forEach(this::apply);
    early = List.of();
    filled = true;
    notifyAll();
  }

  private synchronized void take(List<KeyChange> changes) {
    if (filled) {
      follow(changes);
      notifyAll();
    } else {
      early.addAll(changes);
    }
  }

  private void follow(List<KeyChange> changes) {
    try {
      changes.forEach(this::apply);
    } catch (RuntimeException notUnderstood) {
      LOG.log(WARNING, "records cannot be followed any more, below " + records, notUnderstood);
      broken = true;
    }
  }

  private void apply(KeyChange change) {
    switch (change) {
      case KeyChange.Put(String key, Versioned versioned) -> put(key, versioned);
      case KeyChange.Deleted(String key, long revision) -> {
        Known before = known.get(key);
        if (before != null && before.revision() < revision) {
          known.remove(key);
        }
      }
    }
  }

  /** What came before the range was read is in it, or newer than it. */
  private void put(String key, Versioned versioned) {
    if (key.equals(term)) {
      told = Math.max(told, versioned.revision());
    } else if (key.startsWith(records)) {
      Known before = known.get(key);
      if (before == null || before.revision() < versioned.revision()) {
        known.put(
            key, new Known(RecordCodec.decode(type, versioned.value()), versioned.revision()));
      }
    }
  }

  /** Whether a writing of the term was told within the time. */
  synchronized boolean hasTold(long termRevision, Duration within) {
    long until = System.nanoTime() + within.toNanos();
    try {
      while (told < termRevision) {
        long left = until - System.nanoTime();
        if (left <= 0 || broken) {
          return false;
        }
        wait(1 + left / 1_000_000);
      }
      return !broken;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  synchronized List<Entry> entries() {
    return known.values().stream().map(Known::entry).toList();
  }

  @Override
  public void close() {
    watch.close();
  }
}
