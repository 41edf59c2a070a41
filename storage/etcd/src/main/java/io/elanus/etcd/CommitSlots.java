package io.elanus.etcd;

import io.elanus.metadata.OperationTime;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The slots of a store, as many as commits run at once, attached to one lease of etcd: its session.
 * They disappear with the store, or within the session's time after its process died.
 */
final class CommitSlots {
  private static final System.Logger LOGGER = System.getLogger(CommitSlots.class.getName());

  /** Longer than any operation, so that a slot outlives the doubts about its commit. */
  static final Duration SESSION_TTL = Duration.ofMinutes(10);

  /** More commits than that wait. */
  private static final int MOST = 64;

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final EtcdLeaseCalls leases;
  private final ReentrantLock lock = new ReentrantLock();
  private final Semaphore running = new Semaphore(MOST);
  private final Deque<CommitSlot> free = new ArrayDeque<>();

  /** 0 while there is none. */
  private long session;

  private int made;

  CommitSlots(EtcdConnection connection, EtcdKeys keys, EtcdLeaseCalls leases) {
    this.connection = connection;
    this.keys = keys;
    this.leases = leases;
  }

  /** A slot for one commit, to be given back or lost. */
  CommitSlot take() {
    await();
    boolean taken = false;
    lock.lock();
    try {
      CommitSlot slot = free.poll();
      if (slot == null) {
        long current = session();
        slot = new CommitSlot(keys.slot(current, made++), current);
      }
      slot.nextTurn();
      taken = true;
      return slot;
    } finally {
      lock.unlock();
      if (!taken) {
        running.release();
      }
    }
  }

  private void await() {
    boolean mayRun;
    try {
      mayRun = running.tryAcquire(connection.operationTime().leftNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      mayRun = false;
    }
    if (!mayRun) {
      throw new ElanusException(ErrorCode.QUEUE_FULL, "too many commits to etcd are under way");
    }
  }

  private long session() {
    if (session == 0) {
      session = leases.grant(SESSION_TTL);
    }
    return session;
  }

  void give(CommitSlot slot) {
    lock.lock();
    try {
      if (slot.session() == session) {
        free.push(slot);
      }
    } finally {
      lock.unlock();
      running.release();
    }
  }

  /** Whose fate is not known: it is not used again. */
  void lose() {
    running.release();
  }

  /** The session ended before its time; a new one is begun when needed. */
  void sessionLost(long lost) {
    lock.lock();
    try {
      if (session == lost) {
        LOGGER.log(System.Logger.Level.WARNING, "the session at etcd ran out and is begun anew");
        session = 0;
        free.clear();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Begins the session's time anew; to be called a few times within it. */
  void renew() {
    long current = current();
    if (current == 0) {
      return;
    }
    try {
      if (!leases.renew(current, connection.operationTime())) {
        sessionLost(current);
      }
    } catch (StatusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "the session at etcd could not be renewed endpoint={0} reason={1}",
          connection.endpoint(),
          EtcdErrors.reason(failure));
    }
  }

  private long current() {
    lock.lock();
    try {
      return session;
    } finally {
      lock.unlock();
    }
  }

  /** Has etcd forget the slots. */
  void close(OperationTime time) {
    long current = current();
    if (current != 0) {
      leases.revoke(current, time);
    }
  }
}
