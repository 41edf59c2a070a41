package io.elanus.coordinator;

import io.elanus.coordinator.ledger.Background;
import java.util.ArrayList;
import java.util.List;

/** Runs everything on the caller's thread; delayed work waits until the test asks for it. */
public final class SteppedBackground implements Background {
  private final List<Runnable> delayed = new ArrayList<>();

  @Override
  public boolean run(Runnable task) {
    task.run();
    return true;
  }

  @Override
  public void after(long delayMillis, Runnable task) {
    delayed.add(task);
  }

  public int delayed() {
    return delayed.size();
  }

  public void runDelayed() {
    List<Runnable> due = List.copyOf(delayed);
    delayed.clear();
    due.forEach(Runnable::run);
  }

  @Override
  public void all(List<Runnable> tasks) {
    tasks.forEach(Runnable::run);
  }

  @Override
  public void close() {}
}
