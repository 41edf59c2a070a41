package io.elanus.process;

import io.elanus.index.BuildContext;

/** How much of the machine an index build may take. */
record BuildThreads(int threads) implements BuildContext {
  @Override
  public boolean cancelled() {
    return Thread.currentThread().isInterrupted();
  }

  @Override
  public void progress(double fraction) {}
}
