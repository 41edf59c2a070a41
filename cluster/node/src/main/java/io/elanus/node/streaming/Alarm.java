package io.elanus.node.streaming;

import java.time.Duration;

/** Runs something once, later. Costs nothing until then. */
@FunctionalInterface
public interface Alarm {
  /** Runs the task after the delay, on any thread, unless the process ends before. */
  void after(Duration delay, Runnable task);
}
