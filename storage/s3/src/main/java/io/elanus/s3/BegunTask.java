package io.elanus.s3;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Something done on a virtual thread of its own, whose end somebody waits for. */
final class BegunTask<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  private BegunTask(FutureTask<T> task, Thread thread) {
    this.task = task;
    this.thread = thread;
  }

  static <T> BegunTask<T> start(String name, Callable<T> work) {
    var task = new FutureTask<>(work);
    return new BegunTask<>(task, Thread.ofVirtual().name(name).start(task));
  }

  /** The result; an interrupt waits with the thread until it is there, which a deadline bounds. */
  T await() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException asked) {
          interrupted = true;
        } catch (ExecutionException failure) {
          throw told(failure);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A failure thrown anew, so that it tells both threads. */
  private static ElanusException told(ExecutionException failure) {
    if (failure.getCause() instanceof ElanusException known) {
      var anew = new ElanusException(known.code(), known.leading(), known);
      known.variables().forEach(variable -> anew.with(variable.name(), variable.value()));
      return anew;
    }
    return new ElanusException(ErrorCode.INTERNAL, "a transfer of an object failed", failure);
  }

  /** Interrupts what is being done; it may go on for a moment. */
  void cancel() {
    task.cancel(true);
  }

  /** Waits until nothing is being done any more. */
  void awaitEnd() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException asked) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
