package io.elanus.metadata;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * An ordered map in memory. One lock orders the writers and is held while the journal writes;
 * readers have a lock of their own and never wait for the disk.
 */
final class MapMetadataStore implements MetadataStore {
  private final Journal journal;
  private final TreeMap<String, Versioned> entries;
  private final WatchList watches = new WatchList();
  private final LeaseTable leases = new LeaseTable(this::runLeaseStep);
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantReadWriteLock content = new ReentrantReadWriteLock();
  private long revision;
  private volatile boolean closed;

  MapMetadataStore(Journal journal, SortedMap<String, Versioned> entries, long revision) {
    this.journal = journal;
    this.entries = new TreeMap<>(entries);
    this.revision = revision;
  }

  @Override
  public Optional<Versioned> get(String key) {
    checkOpen();
    Transaction.checkKey(key);
    content.readLock().lock();
    try {
      return find(key);
    } finally {
      content.readLock().unlock();
    }
  }

  private Optional<Versioned> find(String key) {
    Versioned written = entries.get(key);
    return written == null ? leases.get(key) : Optional.of(written);
  }

  @Override
  public SortedMap<String, Versioned> range(String prefix) {
    checkOpen();
    content.readLock().lock();
    try {
      var found = new TreeMap<String, Versioned>();
      collect(entries, prefix, found);
      collect(leases.held(), prefix, found);
      return Collections.unmodifiableSortedMap(found);
    } finally {
      content.readLock().unlock();
    }
  }

  private static void collect(
      SortedMap<String, Versioned> from, String prefix, SortedMap<String, Versioned> to) {
    for (var entry : from.tailMap(prefix).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        return;
      }
      to.put(entry.getKey(), entry.getValue());
    }
  }

  @Override
  public CommitResult commit(Transaction transaction) {
    CommitResult result;
    writing.lock();
    try {
      checkOpen();
      result = commitLocked(transaction);
    } finally {
      writing.unlock();
    }
    watches.deliver();
    return result;
  }

  private CommitResult commitLocked(Transaction transaction) {
    Optional<String> conflict = Conflicts.find(transaction, this::find, leases);
    if (conflict.isPresent()) {
      return new CommitResult.Conflict(conflict.get());
    }
    long next = revision + 1;
    journal.append(next, transaction);
    List<KeyChange> changes = new ArrayList<>();
    content.writeLock().lock();
    try {
      revision = next;
      apply(transaction, next, changes);
    } finally {
      content.writeLock().unlock();
    }
    watches.enqueue(changes);
    journal.committed(next, entries);
    return new CommitResult.Committed(next);
  }

  private void apply(Transaction transaction, long at, List<KeyChange> changes) {
    transaction
        .puts()
        .forEach((key, value) -> {
          var versioned = new Versioned(value, at);
          entries.put(key, versioned);
          changes.add(new KeyChange.Put(key, versioned));
        });
    for (String key : transaction.deletes()) {
      if (entries.remove(key) != null) {
        changes.add(new KeyChange.Deleted(key, at));
      }
    }
  }

  @Override
  public Watch watch(String prefix, Consumer<List<KeyChange>> listener) {
    writing.lock();
    try {
      checkOpen();
      return watches.add(prefix, listener);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public Lease lease(String key, byte[] value, Duration ttl) {
    checkOpen();
    return leases.lease(key, value, ttl, entries::containsKey);
  }

  /** Revisions of leases are not journalled; after a restart they may be given again. */
  private void runLeaseStep(LeaseTable.Step step) {
    writing.lock();
    try {
      if (closed) {
        return;
      }
      content.writeLock().lock();
      try {
        watches.enqueue(step.at(++revision));
      } finally {
        content.writeLock().unlock();
      }
    } finally {
      writing.unlock();
    }
    watches.deliver();
  }

  @Override
  public void close() {
    writing.lock();
    try {
      if (!closed) {
        closed = true;
        watches.close();
        leases.close();
        journal.close();
      }
    } finally {
      writing.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "metadata store is closed");
    }
  }
}
