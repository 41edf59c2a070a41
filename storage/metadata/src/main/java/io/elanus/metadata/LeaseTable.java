package io.elanus.metadata;

import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Leases of a store that lives in one process: they end with their close or with the process, which
 * is never later than any time to live. They are not written anywhere. Guarded by the store's lock.
 */
public final class LeaseTable {
  /** A lease, waiting or held; says to the store when it is closed. */
  private static final class Queued implements Lease {
    private final String key;
    private final byte[] value;
    private final Consumer<Queued> onClose;
    private volatile boolean held;
    private volatile boolean over;

    Queued(String key, byte[] value, Consumer<Queued> onClose) {
      this.key = key;
      this.value = value;
      this.onClose = onClose;
    }

    @Override
    public boolean held() {
      return held;
    }

    @Override
    public boolean isOver() {
      return over;
    }

    @Override
    public void close() {
      over = true;
      onClose.accept(this);
    }
  }

  /** Runs a step under the store's lock with the next revision; its changes go to watches. */
  public interface Step {
    List<KeyChange> at(long revision);
  }

  private final TreeMap<String, Deque<Queued>> queues = new TreeMap<>();
  private final TreeMap<String, Versioned> held = new TreeMap<>();
  private final Consumer<Step> store;

  /**
   * @param store runs a step: takes its lock, gives a new revision, enqueues and delivers changes
   */
  public LeaseTable(Consumer<Step> store) {
    this.store = store;
  }

  /** Asks for a key; {@code isWritten} tells whether a transaction wrote it. */
  public Lease lease(String key, byte[] value, Duration ttl, Predicate<String> isWritten) {
    Transaction.checkKey(key);
    Transaction.checkValue(key, value);
    if (!ttl.isPositive()) {
      throw ElanusException.invalid("a lease's time to live must be positive").with("ttl", ttl);
    }
    var lease = new Queued(key, value.clone(), this::release);
    store.accept(revision -> {
      if (isWritten.test(key)) {
        throw ElanusException.invalid("a key that was written cannot be leased").with("key", key);
      }
      queues.computeIfAbsent(key, any -> new ArrayDeque<>()).add(lease);
      return promote(key, revision);
    });
    return lease;
  }

  private void release(Queued lease) {
    store.accept(revision -> {
      Deque<Queued> queue = queues.get(lease.key);
      if (queue == null || !queue.remove(lease)) {
        return List.of();
      }
      List<KeyChange> changes = new ArrayList<>();
      if (lease.held) {
        lease.held = false;
        held.remove(lease.key);
        changes.add(new KeyChange.Deleted(lease.key, revision));
      }
      if (queue.isEmpty()) {
        queues.remove(lease.key);
      } else {
        changes.addAll(promote(lease.key, revision));
      }
      return changes;
    });
  }

  /** Gives a free key to the first who waits. */
  private List<KeyChange> promote(String key, long revision) {
    Deque<Queued> queue = queues.get(key);
    if (queue == null || queue.isEmpty() || held.containsKey(key)) {
      return List.of();
    }
    Queued first = queue.getFirst();
    first.held = true;
    var versioned = new Versioned(first.value, revision);
    held.put(key, versioned);
    return List.of(new KeyChange.Put(key, versioned));
  }

  public Optional<Versioned> get(String key) {
    return Optional.ofNullable(held.get(key));
  }

  /** Held keys, sorted; a view. */
  public SortedMap<String, Versioned> held() {
    return held;
  }

  /** Releases everything without a word to watches. */
  public void close() {
    queues.values().forEach(queue -> queue.forEach(lease -> lease.held = false));
    queues.clear();
    held.clear();
  }
}
