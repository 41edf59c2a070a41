package io.elanus.node.fakes;

import io.elanus.node.streaming.Alarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Alarms that ring when the test says so. */
public final class FakeAlarms implements Alarm {
  /** An alarm that was set. */
  public record Waiting(Duration delay, Runnable task) {}

  private final List<Waiting> waiting = new ArrayList<>();

  @Override
  public synchronized void after(Duration delay, Runnable task) {
    waiting.add(new Waiting(delay, task));
  }

  public synchronized List<Waiting> waiting() {
    return List.copyOf(waiting);
  }

  /** All that are set now. */
  public void ring() {
    List<Waiting> due;
    synchronized (this) {
      due = List.copyOf(waiting);
      waiting.clear();
    }
    due.forEach(each -> each.task().run());
  }
}
