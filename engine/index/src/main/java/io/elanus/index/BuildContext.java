package io.elanus.index;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** What a build may use, and whom it tells. */
public interface BuildContext {
  /** Memory that takes some milliseconds to be zeroed. */
  long MUCH_BYTES = 16 << 20;

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

  /** As {@link #stopIfCancelled}, at one in {@code every} steps, the first of them 0. */
  default void look(int step, int every) {
    if (step % every == 0) {
      stopIfCancelled();
    }
  }

  /**
   * Makes a call that cannot ask whether to stop, and asks meanwhile. One that is left to itself
   * ends some time later; so it may touch no memory off the heap that the build lets go.
   */
  default <T> T watch(Supplier<T> call) {
    return WatchedCall.run(this, call);
  }

  /**
   * Zeroed memory aligned to 64 bytes. Much of it is zeroed in a watched call: what an arena is
   * asked for while it is closed, it lets go. 0 bytes have an address too.
   *
   * @param arena shared between threads where the memory may be much
   */
  default MemorySegment allocate(Arena arena, long bytes) {
    long some = Math.max(64, bytes);
    MemorySegment memory =
        bytes < MUCH_BYTES ? arena.allocate(some, 64) : watch(() -> arena.allocate(some, 64));
    return memory.asSlice(0, bytes);
  }

  /**
   * Share of the work done, 0 to 1. Any thread of a build may tell it; whoever asked for the build
   * hears one share at a time, each larger than the last.
   */
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
