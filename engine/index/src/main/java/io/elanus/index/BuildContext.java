package io.elanus.index;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;

/** What a build may use, and whom it tells. */
public interface BuildContext {
  /** Threads the build may keep busy; what it writes does not depend on their number. */
  int threads();

  /**
   * Whether to stop; asked every few milliseconds. A cancelled build throws CANCELLED and leaves no
   * file.
   */
  boolean cancelled();

  /** Throws CANCELLED where the build is to stop. */
  default void stopIfCancelled() {
    if (cancelled()) {
      throw new ElanusException(ErrorCode.CANCELLED, "index build was cancelled");
    }
  }

  /** Share of the work done, 0 to 1. */
  void progress(double fraction);

  /** The same build for a part of its work, from one share of the whole to another. */
  default BuildContext part(double from, double to) {
    BuildContext whole = this;
    return new BuildContext() {
      @Override
      public int threads() {
        return whole.threads();
      }

      @Override
      public boolean cancelled() {
        return whole.cancelled();
      }

      @Override
      public void progress(double fraction) {
        whole.progress(from + fraction * (to - from));
      }
    };
  }

  /** As many threads as given, never cancelled, nobody listens. */
  static BuildContext withThreads(int threads) {
    return new BuildContext() {
      @Override
      public int threads() {
        return threads;
      }

      @Override
      public boolean cancelled() {
        return false;
      }

      @Override
      public void progress(double fraction) {}
    };
  }
}
