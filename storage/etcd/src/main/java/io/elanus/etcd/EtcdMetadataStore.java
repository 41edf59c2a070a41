package io.elanus.etcd;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.OperationTime;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.metadata.Watch;
import io.elanus.schema.ElanusException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Metadata on etcd 3.4 or newer, shared by all stores that name the same servers and prefix.
 *
 * <p><b>Revisions</b> are etcd's: that of a key is its modification revision. Reads are
 * linearizable; {@link #range} reads long ranges page by page at one revision.
 *
 * <p><b>Commits</b> are one transaction of etcd each. Its limits (128 operations, 1.5 MiB) are
 * narrower than the contract's: the longest values of a transaction that does not fit go in front,
 * as parts under hidden keys, and the transaction refers to them ({@link Staging}). A key's value
 * and its part are read at the same revision. Hidden keys are never seen in ranges or watches.
 *
 * <p><b>Lost answers</b>: a commit that may have happened is sent again in a way that lets it
 * happen once ({@link CommitSlot}), so that the result is the truth whenever the server can be
 * reached within the operation's time. Else UNAVAILABLE says that the outcome of the commit is
 * unknown: it may have happened, or may yet. UNAVAILABLE with another sentence, and every other
 * error, says that it did not happen and will not.
 *
 * <p><b>Watches</b> run on a thread each and see a commit some milliseconds after it was answered.
 * They go on by themselves after lost connections ({@link EtcdWatch} tells what happens when etcd
 * compacted what they missed).
 *
 * <p><b>Leases</b>: {@link EtcdLease}. etcd rounds times to live up to whole seconds and to a few
 * of its election's timeouts (2 s by default).
 *
 * <p>Errors: UNAVAILABLE when no member answers in time, DISK_LIMIT when etcd's quota is used up
 * (reads go on), NOT_AUTHENTICATED, PRIVILEGE_NOT_PERMITTED, DATA_INTEGRITY. The compaction of
 * etcd's history is the server's: {@link EtcdOptions}.
 */
public final class EtcdMetadataStore implements MetadataStore {
  private static final System.Logger LOGGER = System.getLogger(EtcdMetadataStore.class.getName());

  /** The session's renewals. */
  private static final long ROUND_SECONDS = CommitSlots.SESSION_TTL.toSeconds() / 10;

  private static final int ROUNDS_PER_SWEEP = 5;

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final EtcdReads reads;
  private final EtcdLeaseCalls leaseCalls;
  private final CommitSlots slots;
  private final Staging staging;
  private final EtcdCommits commits;
  private final ConcurrentLinkedQueue<EtcdWatch> watches = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<EtcdLease> leases = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch closing = new CountDownLatch(1);

  private EtcdMetadataStore(EtcdOptions options, RandomGenerator random) {
    connection = new EtcdConnection(options);
    keys = new EtcdKeys(options.prefix());
    reads = new EtcdReads(connection, keys);
    leaseCalls = new EtcdLeaseCalls(connection, random);
    slots = new CommitSlots(connection, keys, leaseCalls);
    staging = new Staging(connection, keys, reads, random);
    commits = new EtcdCommits(connection, keys, slots, staging);
  }

  /** Connects; UNAVAILABLE or NOT_AUTHENTICATED when that does not succeed. */
  public static EtcdMetadataStore open(EtcdOptions options) {
    var store = new EtcdMetadataStore(options, new SecureRandom());
    boolean opened = false;
    try {
      store.get("is anybody there");
      opened = true;
    } finally {
      if (!opened) {
        store.connection.close();
      }
    }
    Thread.ofVirtual().name("etcd-upkeep").start(store::upkeep);
    return store;
  }

  /** Renews the session and removes what is left over, until the store is closed. */
  private void upkeep() {
    try {
      for (int round = 0; ; round++) {
        slots.renew();
        if (round % ROUNDS_PER_SWEEP == 0) {
          sweep();
        }
        if (closing.await(ROUND_SECONDS, TimeUnit.SECONDS)) {
          return;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes parts of values that nothing refers to. */
  void sweep() {
    try {
      staging.sweep();
    } catch (ElanusException failure) {
      if (!closed.get()) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "left over parts could not be removed from etcd reason={0}",
            failure.getMessage());
      }
    }
  }

  @Override
  public Optional<Versioned> get(String key) {
    checkOpen();
    Transaction.checkKey(key);
    return reads.get(key);
  }

  @Override
  public SortedMap<String, Versioned> range(String prefix) {
    checkOpen();
    return Collections.unmodifiableSortedMap(reads.snapshot(prefix).entries());
  }

  @Override
  public CommitResult commit(Transaction transaction) {
    checkOpen();
    return commits.commit(transaction);
  }

  @Override
  public Watch watch(String prefix, Consumer<List<KeyChange>> listener) {
    checkOpen();
    var watch = new EtcdWatch(connection, reads, keys, prefix, listener, watches::remove);
    watches.add(watch);
    watch.start();
    endIfClosedMeanwhile(watch::close);
    return watch;
  }

  @Override
  public Lease lease(String key, byte[] value, Duration ttl) {
    checkOpen();
    Transaction.checkKey(key);
    Transaction.checkValue(key, value);
    if (!ttl.isPositive()) {
      throw ElanusException.invalid("a lease's time to live must be positive").with("ttl", ttl);
    }
    var lease =
        new EtcdLease(
            connection, keys, reads, leaseCalls, System::nanoTime, this::passOn, key, value, ttl);
    leases.add(lease);
    lease.ask();
    endIfClosedMeanwhile(lease::close);
    return lease;
  }

  private void endIfClosedMeanwhile(Runnable end) {
    if (closed.get()) {
      end.run();
      throw EtcdErrors.closed();
    }
  }

  /** Spares waiters of this store the way over their watch. */
  private void passOn(EtcdLease over) {
    leases.remove(over);
    if (!closed.get()) {
      leases.stream().filter(lease -> lease.key().equals(over.key())).forEach(EtcdLease::retry);
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closing.countDown();
    watches.forEach(EtcdWatch::close);
    OperationTime time = connection.operationTime();
    leases.forEach(lease -> lease.end(time));
    try {
      slots.close(time);
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "the session at etcd could not be ended and ends by its time reason={0}",
          failure.getMessage());
    } finally {
      connection.close();
    }
  }

  private void checkOpen() {
    if (closed.get()) {
      throw EtcdErrors.closed();
    }
  }
}
