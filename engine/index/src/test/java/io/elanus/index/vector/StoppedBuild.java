package io.elanus.index.vector;

import io.elanus.index.BuildContext;
import java.util.function.BooleanSupplier;

/** A build that is told to stop; nobody listens to its progress. */
public record StoppedBuild(int threads, BooleanSupplier stopped) implements BuildContext {
  /** By one thread. */
  public StoppedBuild(BooleanSupplier stopped) {
    this(1, stopped);
  }

  @Override
  public boolean cancelled() {
    return stopped.getAsBoolean();
  }

  @Override
  public void progress(double fraction) {}
}
