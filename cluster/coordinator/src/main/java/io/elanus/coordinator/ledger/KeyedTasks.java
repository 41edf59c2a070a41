package io.elanus.coordinator.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * One task per key, never twice at the same time: a request while it runs makes it run once more
 * afterwards. A failed run is repeated after 0.1 s, then 0.2 s, … up to 10 s.
 */
public final class KeyedTasks {
  private static final System.Logger LOG = System.getLogger(KeyedTasks.class.getName());
  private static final long FIRST_DELAY_MILLIS = 100;
  private static final long LONGEST_DELAY_MILLIS = 10_000;

  private static final class Slot {
    long requested;
    long finished;
    boolean running;
    int waiters;
    int failures;
  }

  private final String name;
  private final Background background;
  private final LongConsumer task;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition finished = lock.newCondition();
  private final Map<Long, Slot> slots = new HashMap<>();

  /**
   * @param name for the log
   */
  public KeyedTasks(String name, Background background, LongConsumer task) {
    this.name = name;
    this.background = background;
    this.task = task;
  }

  /** Sees to it that a run begins after this call. */
  public void request(long key) {
    lock.lock();
    try {
      enqueue(key);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Like {@link #request}, and waits until that run has ended, well or badly.
   *
   * @throws CancellationException when there will be no such run, because the process ends
   */
  public void await(long key) {
    lock.lock();
    try {
      Slot slot = enqueue(key);
      long wanted = slot.requested;
      slot.waiters++;
      try {
        while (slot.finished < wanted && slot.running) {
          finished.await();
        }
        if (slot.finished < wanted) {
          throw new CancellationException(name + " runs no more");
        }
      } finally {
        slot.waiters--;
        forgetIdle(key, slot);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for " + name);
    } finally {
      lock.unlock();
    }
  }

  private Slot enqueue(long key) {
    Slot slot = slots.computeIfAbsent(key, absent -> new Slot());
    slot.requested++;
    if (!slot.running) {
      slot.running = true;
      if (!background.run(() -> runWhileRequested(key, slot))) {
        slot.running = false;
      }
    }
    return slot;
  }

  private void runWhileRequested(long key, Slot slot) {
    boolean again = true;
    while (again) {
      lock.lock();
      long generation = slot.requested;
      lock.unlock();
      boolean succeeded = runOnce(key);
      lock.lock();
      try {
        slot.finished = generation;
        slot.failures = succeeded ? 0 : slot.failures + 1;
        again = slot.requested > generation;
        if (!again) {
          slot.running = false;
          if (!succeeded) {
            background.after(delayMillis(slot.failures), () -> request(key));
          }
        }
        finished.signalAll();
        forgetIdle(key, slot);
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean runOnce(long key) {
    try {
      task.accept(key);
      return true;
    } catch (CancellationException e) {
      LOG.log(System.Logger.Level.DEBUG, name + " ended early, key " + key, e);
      return false;
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.WARNING, name + " failed and will be repeated, key " + key, e);
      return false;
    }
  }

  private void forgetIdle(long key, Slot slot) {
    if (!slot.running && slot.waiters == 0 && slot.failures == 0) {
      slots.remove(key, slot);
    }
  }

  private static long delayMillis(int failures) {
    return Math.min(FIRST_DELAY_MILLIS << Math.min(failures - 1, 10), LONGEST_DELAY_MILLIS);
  }
}
