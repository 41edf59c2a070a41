package io.elanus.jdbc;

import io.elanus.schema.ElanusException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads commits one after the other, as their rows remember them, and hands them on; on one thread
 * and one connection of its own. Nothing is missed or doubled over lost connections. Where commits
 * are no longer remembered, or the database is not the one that it was (a failover that lost some),
 * what exists now is handed on instead.
 */
final class CommitFeed {
  private static final System.Logger LOGGER = System.getLogger(CommitFeed.class.getName());
  private static final int PAGE_COMMITS = 32;
  private static final long PAUSE_NANOS = 200_000_000;

  /** Who is told; must be quick. */
  interface Listener {
    void committed(CommitRecord commit);

    /** Commits up to the snapshot's are not told, what they led to is. */
    void compared(JdbcReads.Snapshot now);
  }

  private final Connections connections;
  private final Keyspace space;
  private final JdbcReads reads;
  private final Semaphore own = new Semaphore(0);
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** The last commit that was handed on, and which attempt made it, if that is known. */
  private long position;

  private Optional<byte[]> attempt = Optional.empty();

  CommitFeed(Connections connections, Keyspace space, JdbcReads reads) {
    this.connections = connections;
    this.space = space;
    this.reads = reads;
  }

  /** Begins with the next commit. */
  void start() {
    connections.ask(
        "read the revision",
        connection -> {
          moveTo(connection, space.read(connection).revision());
          return position;
        });
    Thread.ofPlatform().daemon().name("jdbc-feed").start(this::run);
  }

  /** This store committed. */
  void wake() {
    own.release();
  }

  void add(Listener listener) {
    listeners.add(listener);
  }

  void remove(Listener listener) {
    listeners.remove(listener);
  }

  private void moveTo(Connection connection, long revision) throws SQLException {
    attempt = space.attemptAt(connection, revision);
    position = revision;
  }

  private void run() {
    boolean told = false;
    while (!connections.isClosed()) {
      try {
        follow();
        told = false;
      } catch (InterruptedException interrupted) {
        return;
      } catch (SQLException | ElanusException failure) {
        if (!connections.isClosed() && !told) {
          LOGGER.log(
              System.Logger.Level.WARNING,
              "watches lost the database and go on when it is back database={0} reason={1}",
              connections.options().place(),
              failure.getMessage());
          told = true;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void follow() throws SQLException, InterruptedException {
    Connection connection = connections.own();
    try {
      Dialect.Pulse pulse = connections.dialect().pulse(connection, own);
      if (isAnother(connection)) {
        compare(connection);
      }
      while (!connections.isClosed()) {
        Keyspace.State now = space.read(connection);
        if (now.revision() == position) {
          pulse.await();
        } else if (!read(connection, now)) {
          compare(connection);
        }
      }
    } finally {
      Connections.end(connection);
    }
  }

  /** Whether the last commit that was handed on is another one now. */
  private boolean isAnother(Connection connection) throws SQLException {
    Optional<byte[]> there = space.attemptAt(connection, position);
    return attempt.isPresent() && there.isPresent() && !Arrays.equals(attempt.get(), there.get());
  }

  /** Hands some commits on; false when one of them is not remembered. */
  private boolean read(Connection connection, Keyspace.State now) throws SQLException {
    long upTo = Math.min(now.revision(), position + PAGE_COMMITS);
    for (Keyspace.Remembered next : space.commits(connection, position, upTo)) {
      if (next.commit().revision() != position + 1) {
        return false;
      }
      listeners.forEach(listener -> listener.committed(next.commit()));
      position = next.commit().revision();
      attempt = Optional.of(next.attempt());
    }
    return position == upTo && upTo <= now.revision();
  }

  private void compare(Connection connection) throws SQLException {
    JdbcReads.Snapshot now = reads.snapshot("");
    LOGGER.log(
        System.Logger.Level.INFO,
        "watches compare, commits that they missed are not remembered after={0} now={1}",
        position,
        now.revision());
    moveTo(connection, now.revision());
    listeners.forEach(listener -> listener.compared(now));
  }
}
