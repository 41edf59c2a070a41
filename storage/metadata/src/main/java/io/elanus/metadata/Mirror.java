package io.elanus.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys under a prefix, kept in memory by a watch: as they were at some moment not long ago, and
 * never older than what was seen before. For any thread.
 */
public final class Mirror implements AutoCloseable {
  private final TreeMap<String, Versioned> keys = new TreeMap<>();
  private final Runnable changed;
  private final Watch watch;
  private List<KeyChange> early = new ArrayList<>();
  private boolean filled;

  /**
   * Holds what is there now when it returns.
   *
   * @param changed is called after each change, not before this returns; must be quick
   */
  public Mirror(MetadataStore store, String prefix, Runnable changed) {
    this.changed = changed;
    watch = store.watch(prefix, this::take);
    try {
      fill(store.range(prefix));
    } catch (RuntimeException | Error failure) {
      watch.close();
      throw failure;
    }
  }

  /** What came before the range was read is in it, or newer than it. */
  private synchronized void fill(SortedMap<String, Versioned> range) {
    keys.putAll(range);
    early.forEach(this::apply);
    early = List.of();
    filled = true;
  }

  private void take(List<KeyChange> changes) {
    synchronized (this) {
      if (!filled) {
        early.addAll(changes);
        return;
      }
      changes.forEach(this::apply);
    }
    changed.run();
  }

  private void apply(KeyChange change) {
    Versioned known = keys.get(change.key());
    switch (change) {
      case KeyChange.Put(String key, Versioned versioned) -> {
        if (known == null || known.revision() < versioned.revision()) {
          keys.put(key, versioned);
        }
      }
      case KeyChange.Deleted(String key, long revision) -> {
        if (known != null && known.revision() < revision) {
          keys.remove(key);
        }
      }
    }
  }

  /** A copy, sorted by key. */
  public synchronized SortedMap<String, Versioned> now() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(keys));
  }

  @Override
  public void close() {
    watch.close();
  }
}
