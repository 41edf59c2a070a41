package io.elanus.coordinator.ledger;

import java.util.List;

/** Work beside requests. Nothing runs unless something asked for it. */
public interface Background extends AutoCloseable {
  /** Runs the task soon, if the answer is true; it may block. After {@link #close} it is false. */
  boolean run(Runnable task);

  /** Runs the task after a delay. */
  void after(long delayMillis, Runnable task);

  /**
   * Runs all of them, side by side if it can, and returns when all have ended; the first failure is
   * thrown.
   */
  void all(List<Runnable> tasks);

  /**
   * Drops what was delayed and what comes later; gives what runs a few seconds, then interrupts it.
   */
  @Override
  void close();

  /** One virtual thread for each task. */
  static Background onVirtualThreads() {
    return new VirtualThreads();
  }
}
