package io.elanus.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The keys under a prefix, kept in memory by a watch: as they were at some moment not long ago, and
 * never older than what was told before.
 */
public final class Mirror implements AutoCloseable {
  private final TreeMap<String, Versioned> keys = new TreeMap<>();
  private final Consumer<SortedMap<String, Versioned>> listener;
  private final Watch watch;
  private List<KeyChange> early = new ArrayList<>();
  private boolean filled;

  /**
   * @param listener is told all keys with their values: those that are there now before this
   *     returns, then all of them again after each change; one call at a time. It must be quick.
   */
  public Mirror(
      MetadataStore store, String prefix, Consumer<SortedMap<String, Versioned>> listener) {
    this.listener = listener;
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
    tell();
  }

  private synchronized void take(List<KeyChange> changes) {
    if (filled) {
      changes.forEach(this::apply);
      tell();
    } else {
      early.addAll(changes);
    }
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

  private void tell() {
    listener.accept(Collections.unmodifiableSortedMap(new TreeMap<>(keys)));
  }

  @Override
  public void close() {
    watch.close();
  }
}
