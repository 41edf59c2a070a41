package io.elanus.index;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A call on a thread of its own, while the one that waits for it asks whether to stop. */
final class WatchedCall {
  private static final long LOOK_MILLIS = 10;

  private WatchedCall() {}

  static <T> T run(BuildContext context, Supplier<T> call) {
    FutureTask<T> task = new FutureTask<>(call::get);
    Thread.ofPlatform().daemon().name("index-build-call").start(task);
    while (true) {
      try {
        return task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        context.stopIfCancelled();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ElanusException(ErrorCode.CANCELLED, "index build was interrupted", e);
      } catch (ExecutionException e) {
        throw thrown(Objects.requireNonNull(e.getCause()));
      }
    }
  }

  private static RuntimeException thrown(Throwable cause) {
    return switch (cause) {
      case RuntimeException refused -> refused;
      case Error error -> throw error;
      default -> new IllegalStateException("index build failed", cause);
    };
  }
}
