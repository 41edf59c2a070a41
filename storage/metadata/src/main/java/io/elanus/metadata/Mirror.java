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
  private final MetadataStore store;
  private final String prefix;
  private final Watch watch;

  /** What was told since the first of the reads began that are under way. */
  private List<KeyChange> early = new ArrayList<>();

  private int reads = 1;
  private boolean filled;

  /**
   * @param listener is told all keys with their values: those that are there now before this
   *     returns, then all of them again after each change; one call at a time. It must be quick.
   */
  public Mirror(
      MetadataStore store, String prefix, Consumer<SortedMap<String, Versioned>> listener) {
    this.store = store;
    this.prefix = prefix;
    this.listener = listener;
    watch = store.watch(prefix, this::take);
    try {
      fill(store.range(prefix));
    } catch (RuntimeException | Error failure) {
      watch.close();
      throw failure;
    }
  }

  /**
   * Reads the keys: whatever was put before this was called is told when it returns. What was
   * deleted may be told later.
   */
  public void refresh() {
    begin();
    SortedMap<String, Versioned> range = new TreeMap<>();
    try {
      range.putAll(store.range(prefix));
    } finally {
      fill(range);
    }
  }

  private synchronized void begin() {
    reads++;
  }

  /** What was told while the range was read is in it, or newer than it. */
  private synchronized void fill(SortedMap<String, Versioned> range) {
    SortedMap<String, Versioned> before = new TreeMap<>(keys);
    range.forEach((key, versioned) -> apply(new KeyChange.Put(key, versioned)));
    early.forEach(this::apply);
    if (--reads == 0) {
      early = new ArrayList<>();
    }
    if (!filled || !keys.equals(before)) {
      filled = true;
      tell();
    }
  }

  private synchronized void take(List<KeyChange> changes) {
    if (reads > 0) {
      early.addAll(changes);
    }
    if (filled) {
      changes.forEach(this::apply);
      tell();
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
