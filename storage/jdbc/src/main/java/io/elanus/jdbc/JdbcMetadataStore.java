package io.elanus.jdbc;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.metadata.Watch;
import io.elanus.schema.ElanusException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Metadata on PostgreSQL, MariaDB, MySQL or TiDB, shared by all stores that name the same database
 * and space.
 *
 * <p><b>Commits</b> of a space run one after the other, under the lock of its row ({@link
 * SerialCommits}), and have revisions without gaps. A commit whose answer was lost is looked for;
 * if that is not possible within the operation's time, UNAVAILABLE says that the outcome of the
 * commit is unknown. UNAVAILABLE with another sentence, and every other error, says that it did not
 * happen and will not.
 *
 * <p><b>Watches</b> follow the rows of commits ({@link CommitFeed}): told by the server on
 * PostgreSQL, looked for every 50 ms elsewhere. Commits are remembered for {@link
 * JdbcOptions#retention}.
 *
 * <p><b>Leases</b>: {@link LeaseKeeper}. One that dies ends when another store has seen it
 * unrenewed for its time to live, which is up to an eighth, and at most a second, later.
 *
 * <p>Errors: UNAVAILABLE, DISK_LIMIT, NOT_AUTHENTICATED, PRIVILEGE_NOT_PERMITTED, DATA_INTEGRITY,
 * IO_FAILED for what else the database refuses.
 */
public final class JdbcMetadataStore implements MetadataStore {
  private static final System.Logger LOGGER = System.getLogger(JdbcMetadataStore.class.getName());
  private static final int LOOKS_PER_RETENTION = 10;

  /** The last commit at some moment. */
  private record Mark(long nanos, long revision) {}

  private final Connections connections;
  private final Keyspace space;
  private final JdbcReads reads;
  private final EntryRows entries;
  private final CommitFeed feed;
  private final SerialCommits commits;
  private final LeaseKeeper leases;
  private final ConcurrentLinkedQueue<JdbcWatch> watches = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch closing = new CountDownLatch(1);

  private JdbcMetadataStore(Connections connections) {
    this.connections = connections;
    space = Keyspace.open(connections);
    reads = new JdbcReads(connections, space);
    entries = new EntryRows(space, connections.dialect());
    feed = new CommitFeed(connections, space, reads);
    commits = new SerialCommits(connections, space, new SecureRandom(), feed::wake);
    leases = new LeaseKeeper(connections, commits, new LeaseRows(space, entries));
  }

  /** Connects and brings the tables up to date; UNAVAILABLE when the server cannot be reached. */
  public static JdbcMetadataStore open(JdbcOptions options) {
    Connections connections;
    try {
      connections = Connections.open(options);
    } catch (SQLException failure) {
      throw JdbcErrors.of(failure, "connect", options.place());
    }
    boolean opened = false;
    try {
      Schema.migrate(connections);
      var store = new JdbcMetadataStore(connections);
      store.start();
      opened = true;
      return store;
    } finally {
      if (!opened) {
        connections.close();
      }
    }
  }

  private void start() {
    feed.add(leases);
    feed.start();
    leases.start();
    Thread.ofVirtual().name("jdbc-upkeep").start(this::upkeep);
  }

  /** Has the database forget old commits, until the store is closed. */
  private void upkeep() {
    Duration retention = connections.options().retention();
    Deque<Mark> marks = new ArrayDeque<>();
    try {
      while (!closing.await(retention.toMillis() / LOOKS_PER_RETENTION, TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        Optional<Long> old = Optional.empty();
        while (!marks.isEmpty() && now - marks.getFirst().nanos() >= retention.toNanos()) {
          old = Optional.of(marks.removeFirst().revision());
        }
        try {
          long revision = connections.ask("read the revision", space::read).revision();
          marks.addLast(new Mark(now, revision));
          old.ifPresent(this::compact);
        } catch (ElanusException failure) {
          tellUnlessClosed(failure);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellUnlessClosed(ElanusException failure) {
    if (!closed.get()) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "old commits could not be removed from the database reason={0}",
          failure.getMessage());
    }
  }

  /** Forgets commits up to a revision. */
  void compact(long revision) {
    connections.ask(
        "forget commits",
        connection -> {
          space.compact(connection, revision);
          return revision;
        });
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
    return commits.run("commit", new TransactionWork(entries, transaction));
  }

  @Override
  public Watch watch(String prefix, Consumer<List<KeyChange>> listener) {
    checkOpen();
    var watch = new JdbcWatch(feed, reads, prefix, listener, watches::remove);
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
    if (ttl.toMillis() <= 0) {
      throw ElanusException.invalid("a lease's time to live must be positive").with("ttl", ttl);
    }
    Lease lease = leases.lease(key, value, ttl);
    endIfClosedMeanwhile(lease::close);
    return lease;
  }

  private void endIfClosedMeanwhile(Runnable end) {
    if (closed.get()) {
      end.run();
      throw JdbcErrors.closed();
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closing.countDown();
    watches.forEach(JdbcWatch::close);
    leases.close();
    connections.close();
  }

  private void checkOpen() {
    if (closed.get()) {
      throw JdbcErrors.closed();
    }
  }
}
