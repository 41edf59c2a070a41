package io.elanus.coordinator.ledger;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The tasks that one coordinator has on an executor it shares with others. It can be closed without
 * ending theirs: then tasks that wait never begin, and those that run are interrupted.
 */
public final class OwnTasks implements Executor, AutoCloseable {
  private final Executor shared;
  private final Set<Thread> running = new HashSet<>();
  private boolean closed;

  public OwnTasks(Executor shared) {
    this.shared = shared;
  }

  /**
   * @throws RejectedExecutionException after {@link #close}, or when the executor has no place
   */
  @Override
  public void execute(Runnable task) {
    if (isClosed()) {
      throw new RejectedExecutionException("the coordinator has ended");
    }
    shared.execute(() -> run(task));
  }

  private void run(Runnable task) {
    if (begin()) {
      try {
        task.run();
      } finally {
        end();
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized boolean begin() {
    if (!closed) {
      running.add(Thread.currentThread());
    }
    return !closed;
  }

  /** From here on the thread is not interrupted any more; the executor takes back what it was. */
  private synchronized void end() {
    running.remove(Thread.currentThread());
  }

  @Override
  public synchronized void close() {
    closed = true;
    running.forEach(Thread::interrupt);
  }
}
