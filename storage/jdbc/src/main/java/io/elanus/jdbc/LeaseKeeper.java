package io.elanus.jdbc;

import io.elanus.schema.ElanusException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Renews the leases of a store, and looks at everybody's: a lease whose count of renewals has not
 * changed for its time to live, by the clock of the one who looks, is taken away, and its key goes
 * to the next in its queue. No clock is compared with another, nor is the server's asked. One
 * thread of the platform and one connection, so that no renewal waits for commits or carriers.
 */
final class LeaseKeeper implements CommitFeed.Listener {
  private static final System.Logger LOGGER = System.getLogger(LeaseKeeper.class.getName());
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
  private static final Duration SHORTEST_LOOK = Duration.ofMillis(50);
  private static final int LOOKS = 8;
  private static final int LEAST_PATIENCE_MILLIS = 100;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A count of renewals and since when it has not changed. */
  private record Noted(long renewals, long sinceNanos) {}

  private final Connections connections;
  private final SerialCommits commits;
  private final LeaseRows rows;
  private final ConcurrentLinkedQueue<JdbcLease> leases = new ConcurrentLinkedQueue<>();
  private final Map<LeaseId, Noted> noted = new HashMap<>();
  private final Semaphore wake = new Semaphore(0);
  private final AtomicBoolean taking = new AtomicBoolean();
  private long nextLookNanos = System.nanoTime();

  LeaseKeeper(Connections connections, SerialCommits commits, LeaseRows rows) {
    this.connections = connections;
    this.commits = commits;
    this.rows = rows;
  }

  void start() {
    Thread.ofPlatform().daemon().name("jdbc-leases").start(this::run);
  }

  /** Takes a place in the key's queue, and the key when it is free. */
  JdbcLease lease(String key, byte[] value, Duration ttl) {
    var lease = new JdbcLease(this, LeaseId.of(commits.newId()), key, value, ttl);
    leases.add(lease);
    boolean asked = false;
    try {
      ask(lease);
      asked = true;
    } finally {
      if (!asked) {
        close(lease);
      }
    }
    return lease;
  }

  private void ask(JdbcLease lease) {
    LeaseId id = lease.id();
    long sent = System.nanoTime();
    LeaseRows.Step step =
        step(
            "queue for a lease",
            (connection, revision, doing) ->
                rows.add(connection, revision, id, lease.key(), lease.value(), lease.ttl(), doing));
    lease.asked(sent);
    begun(step.begun);
    wake.release();
  }

  private interface Doing {
    void run(Connection connection, long revision, LeaseRows.Step step) throws SQLException;
  }

  private LeaseRows.Step step(String operation, Doing doing) {
    return commits.run(
        operation,
        (connection, revision) -> {
          var step = new LeaseRows.Step();
          doing.run(connection, revision, step);
          return step.changed
              ? SerialCommits.Done.of(step, step.changes)
              : SerialCommits.Done.nothing(step);
        });
  }

  private void begun(List<LeaseId> ids) {
    leases.stream().filter(lease -> ids.contains(lease.id())).forEach(JdbcLease::begun);
  }

  void close(JdbcLease lease) {
    leases.remove(lease);
    if (lease.end() && !connections.isClosed()) {
      giveBack(List.of(lease));
    }
  }

  /** Ends all leases, in one commit. */
  void close() {
    List<JdbcLease> ending = leases.stream().filter(JdbcLease::end).toList();
    leases.clear();
    if (!ending.isEmpty()) {
      giveBack(ending);
    }
    wake.release();
  }

  private void giveBack(Collection<JdbcLease> ending) {
    try {
      LeaseRows.Step step =
          step(
              "give leases back",
              (connection, revision, doing) -> {
                for (JdbcLease lease : ending) {
                  rows.remove(connection, revision, lease.id(), Optional.empty(), doing);
                }
              });
      begun(step.begun);
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "leases could not be given back and end by their time leases={0} reason={1}",
          ending.size(),
          failure.getMessage());
    }
  }

  /** A key may have become free, or somebody's. */
  @Override
  public void committed(CommitRecord commit) {
    boolean concerned =
        commit.changes().stream()
            .anyMatch(change ->
                leases.stream()
                    .anyMatch(lease -> lease.isWaiting() && lease.key().equals(change.key())));
    if (concerned) {
      wake.release();
    }
  }

  @Override
  public void compared(JdbcReads.Snapshot now) {
    wake.release();
  }

  // ---- the thread

  private void run() {
    @Nullable Connection connection = null;
    while (!connections.isClosed()) {
      try {
        boolean woken = wake.tryAcquire(waitNanos(), TimeUnit.NANOSECONDS);
        wake.drainPermits();
        if (connections.isClosed()) {
          break;
        }
        connection = connection == null ? connections.own() : connection;
        connection.setNetworkTimeout(Runnable::run, patienceMillis());
        renewDue(connection);
        if (woken || nextLookNanos - System.nanoTime() <= 0) {
          look(connection);
        }
      } catch (SQLException | ElanusException failure) {
        if (connection != null) {
          Connections.end(connection);
          connection = null;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (InterruptedException interrupted) {
        return;
      }
    }
    if (connection != null) {
      Connections.end(connection);
    }
  }

  private long waitNanos() {
    long now = System.nanoTime();
    long wait = Math.max(0, nextLookNanos - now);
    for (JdbcLease lease : leases) {
      wait = Math.min(wait, lease.dueNanos(now));
    }
    return wait;
  }

  /** An answer that does not come must leave time to ask again, on another connection. */
  private int patienceMillis() {
    long patience = connections.options().requestTimeout().toMillis();
    for (JdbcLease lease : leases) {
      patience = Math.min(patience, lease.ttl().toMillis() / 4);
    }
    return (int) Math.max(LEAST_PATIENCE_MILLIS, patience);
  }

  private void renewDue(Connection connection) throws SQLException {
    for (JdbcLease lease : leases) {
      long sent = System.nanoTime();
      if (lease.dueNanos(sent) > 0) {
        continue;
      }
      lease.notRenewed(sent);
      if (rows.renew(connection, lease.id())) {
        lease.renewed(sent);
      } else {
        gone(lease);
      }
    }
  }

  private void gone(JdbcLease lease) {
    if (lease.holds() && lease.end()) {
      leases.remove(lease);
      LOGGER.log(System.Logger.Level.WARNING, "a lease was lost key={0}", lease.key());
    } else if (lease.askAgain(LeaseId.of(commits.newId()))) {
      Thread.ofVirtual().name("jdbc-lease").start(() -> insist(lease));
    }
  }

  /** Asks until it succeeds or nobody wants it any more. */
  private void insist(JdbcLease lease) {
    while (leases.contains(lease) && !connections.isClosed()) {
      try {
        ask(lease);
        return;
      } catch (ElanusException failure) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "a lease could not be asked for again key={0} reason={1}",
            lease.key(),
            failure.getMessage());
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void look(Connection connection) throws SQLException {
    List<LeaseRows.Seen> all = rows.all(connection);
    long now = System.nanoTime();
    begun(all.stream().filter(LeaseRows.Seen::holding).map(LeaseRows.Seen::id).toList());
    Set<LeaseId> own = leases.stream().map(JdbcLease::id).collect(Collectors.toSet());
    List<LeaseRows.Seen> dead = new ArrayList<>();
    Duration shortest = LONGEST_LOOK.multipliedBy(LOOKS);
    for (LeaseRows.Seen seen : all) {
      shortest = seen.ttl().compareTo(shortest) < 0 ? seen.ttl() : shortest;
      Noted before = noted.get(seen.id());
      if (before == null || before.renewals() != seen.renewals()) {
        noted.put(seen.id(), new Noted(seen.renewals(), now));
      } else if (now - before.sinceNanos() > seen.ttl().toNanos() && !own.contains(seen.id())) {
        dead.add(seen);
      }
    }
    noted.keySet().retainAll(all.stream().map(LeaseRows.Seen::id).collect(Collectors.toSet()));
    Duration wait = shortest.dividedBy(LOOKS);
    nextLookNanos = now + (wait.compareTo(SHORTEST_LOOK) < 0 ? SHORTEST_LOOK : wait).toNanos();
    if (!dead.isEmpty() && taking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("jdbc-dead-leases").start(() -> takeAway(dead));
    }
  }

  /** Of several stores that try, one does it. */
  private void takeAway(List<LeaseRows.Seen> dead) {
    try {
      LeaseRows.Step step =
          step(
              "take dead leases away",
              (connection, revision, doing) -> {
                for (LeaseRows.Seen each : dead) {
                  rows.remove(connection, revision, each.id(), Optional.of(each.renewals()), doing);
                }
              });
      begun(step.begun);
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.DEBUG,
          "dead leases could not be taken away yet reason={0}",
          failure.getMessage());
    } finally {
      taking.set(false);
    }
  }
}
