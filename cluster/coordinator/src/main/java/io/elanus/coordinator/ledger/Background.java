package io.elanus.coordinator.ledger;

import java.util.List;

/** Work beside requests. Nothing runs unless something asked for it. */
public interface Background extends AutoCloseable {
  /** Runs the task soon; it may block. */
  void run(Runnable task);

  /** Runs the task after a delay. */
  void after(long delayMillis, Runnable task);

  /**
   * Runs all of them, side by side if it can, and returns when all have ended; the first failure is
   * thrown.
   */
  void all(List<Runnable> tasks);

  /** Interrupts what runs; later tasks are dropped. */
  @Override
  void close();

  /** One virtual thread for each task. */
  static Background onVirtualThreads() {
    return new VirtualThreads();
  }
}
