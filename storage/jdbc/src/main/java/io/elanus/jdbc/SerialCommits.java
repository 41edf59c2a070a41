package io.elanus.jdbc;

import io.elanus.metadata.KeyChange;
import io.elanus.metadata.OperationTime;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Commits, one after the other: each takes the lock of its space's row first, so that what it reads
 * then stays true until it ended, and revisions become visible in their order without gaps.
 *
 * <p><b>Lost answers.</b> Until COMMIT is sent nothing has happened, and nothing will: the server
 * rolls back when the connection is gone or idle for too long. When the answer to COMMIT is lost,
 * the lock is taken anew on another connection: once it is there, the attempt is over, one way or
 * the other, and it happened if the row of the revision that it would have written carries its id.
 */
final class SerialCommits {
  /** More would only wait for the lock, and take connections from reads. */
  private static final int MOST_AT_ONCE = Connections.MOST / 2;

  private static final int ID_BYTES = 16;

  /** Work of a commit under the lock; done anew when it was rolled back. */
  interface Work<T> {
    /**
     * @param revision that the commit gets
     */
    Done<T> run(Connection connection, long revision) throws SQLException;
  }

  /**
   * @param changes empty: nothing is committed
   */
  record Done<T>(T result, Optional<List<KeyChange>> changes) {
    static <T> Done<T> nothing(T result) {
      return new Done<>(result, Optional.empty());
    }

    static <T> Done<T> of(T result, List<KeyChange> changes) {
      return new Done<>(result, Optional.of(changes));
    }
  }

  private final Connections connections;
  private final Keyspace space;
  private final RandomGenerator random;
  private final Runnable onCommit;
  private final Semaphore running = new Semaphore(MOST_AT_ONCE);

  SerialCommits(
      Connections connections, Keyspace space, RandomGenerator random, Runnable onCommit) {
    this.connections = connections;
    this.space = space;
    this.random = random;
    this.onCommit = onCommit;
  }

  byte[] newId() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return id;
  }

  /** Carries out a commit; its result is the truth, or an error says that nobody knows. */
  <T> T run(String operation, Work<T> work) {
    OperationTime time = connections.operationTime();
    await(time);
    try {
      while (true) {
        var attempt = new Attempt<>(work);
        try {
          return attempt.run();
        } catch (SQLException failure) {
          if (attempt.committing) {
            Optional<T> result = attempt.settle(failure, time);
            if (result.isPresent()) {
              return result.get();
            }
          }
          connections.checkOpen();
          boolean again = attempt.committing || JdbcErrors.isPassing(failure);
          if (!again || !time.pause()) {
            throw connections.failed(failure, operation);
          }
        }
      }
    } finally {
      running.release();
    }
  }

  private void await(OperationTime time) {
    boolean mayRun;
    try {
      mayRun = running.tryAcquire(time.leftNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      mayRun = false;
    }
    if (!mayRun) {
      throw new ElanusException(
          ErrorCode.QUEUE_FULL, "too many commits to the database are under way");
    }
  }

  /** One transaction of the database. */
  private final class Attempt<T> {
    private final Work<T> work;
    private final byte[] id = newId();
    private long revision;
    private Optional<T> result = Optional.empty();

    /** COMMIT is, or was, on its way. */
    private boolean committing;

    Attempt(Work<T> work) {
      this.work = work;
    }

    T run() throws SQLException {
      Connection connection = connections.take();
      try {
        connection.setAutoCommit(false);
        revision = space.lock(connection).revision() + 1;
        Done<T> done = work.run(connection, revision);
        if (done.changes().isPresent()) {
          space.record(connection, revision, id, done.changes().get());
          result = Optional.of(done.result());
          committing = true;
          connection.commit();
          onCommit.run();
        }
        return done.result();
      } finally {
        Connections.end(connection);
      }
    }

    /** Finds out whether the attempt happened; the result when it did. */
    Optional<T> settle(SQLException failure, OperationTime time) {
      while (!connections.isClosed()) {
        try {
          return look(failure) ? result : Optional.empty();
        } catch (SQLException alsoFailed) {
          if (!JdbcErrors.isPassing(alsoFailed) || !time.pause()) {
            break;
          }
        }
      }
      throw JdbcErrors.unknownOutcome(failure, connections.options().place());
    }

    private boolean look(SQLException failure) throws SQLException {
      Connection connection = connections.take();
      try {
        connection.setAutoCommit(false);
        Keyspace.State now = space.lock(connection);
        Optional<byte[]> there = space.attemptAt(connection, revision);
        if (there.isEmpty() && now.compacted() >= revision) {
          throw JdbcErrors.unknownOutcome(failure, connections.options().place());
        }
        boolean happened = there.isPresent() && Arrays.equals(there.get(), id);
        if (happened) {
          // InnoDB lets go of locks before it forces its log: a commit after ours forces ours, too
          space.record(connection, now.revision() + 1, newId(), List.of());
          connection.commit();
          onCommit.run();
        }
        return happened;
      } finally {
        Connections.end(connection);
      }
    }
  }
}
