package io.elanus.index.vector;

import io.elanus.index.BuildContext;
import java.util.function.Supplier;

/**
 * A build whose progress only rises, one call at a time: threads end their pieces in any order, and
 * a part that is done again begins from its start.
 */
final class RisingProgress implements BuildContext {
  private final BuildContext whole;
  private double told = -1;

  RisingProgress(BuildContext whole) {
    this.whole = whole;
  }

  @Override
  public int threads() {
    return whole.threads();
  }

  @Override
  public boolean cancelled() {
    return whole.cancelled();
  }

  @Override
  public <T> T watch(Supplier<T> call) {
    return whole.watch(call);
  }

  @Override
  public synchronized void progress(double fraction) {
    if (fraction > told) {
      told = fraction;
      whole.progress(fraction);
    }
  }
}
