package io.elanus.api.milvus;

import io.elanus.roles.Waits;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Chooses the thread of a call. Every call may have a virtual thread of its own. A read whose kind
 * was short lately stays on the event loop that received it: to wake another thread, and from there
 * the loop again for the answer, costs as much as a search of a warm graph. It is begun anew
 * elsewhere when it turns out that it has to wait ({@link Waits}). Of several that a loop has read
 * at once only the last one stays, so that calls of one connection use all cores.
 */
final class CallThreads {
  private static final int KINDS = 256;

  private record Pending(CallCost cost, Runnable call) {}

  private final Executor others;
  private final Predicate<Runnable> afterRead;
  private final LongSupplier clockNanos;
  private final ThreadLocal<ArrayDeque<Pending>> read = ThreadLocal.withInitial(ArrayDeque::new);
  private final CallCost[] costs = new CallCost[KINDS];

  /**
   * @param others runs calls that may wait; virtual threads
   * @param afterRead {@link io.elanus.api.http.EventLoops#afterRead}
   * @param clockNanos {@link System#nanoTime}
   */
  CallThreads(Executor others, Predicate<Runnable> afterRead, LongSupplier clockNanos) {
    this.others = others;
    this.afterRead = afterRead;
    this.clockNanos = clockNanos;
    for (int i = 0; i < KINDS; i++) {
      costs[i] = new CallCost();
    }
  }

  /** Runs a call that may take long. */
  void run(Runnable call) {
    others.execute(call);
  }

  /**
   * Runs a call that may be short; perhaps twice, the first time up to where it would wait.
   *
   * @param kind hash of what decides how long it takes, not negative; calls of one kind are judged
   *     together
   */
  void run(int kind, Runnable call) {
    Pending pending = new Pending(costs[kind % KINDS], call);
    if (!pending.cost().small(clockNanos.getAsLong())) {
      others.execute(() -> timed(pending));
      return;
    }
    ArrayDeque<Pending> waiting = read.get();
    waiting.add(pending);
    if (waiting.size() == 1 && !afterRead.test(this::handOut)) {
      waiting.clear();
      others.execute(() -> timed(pending));
    }
  }

  private void handOut() {
    ArrayDeque<Pending> waiting = read.get();
    while (waiting.size() > 1) {
      Pending pending = waiting.poll();
      others.execute(() -> timed(pending));
    }
    here(waiting.remove());
  }

  private void here(Pending pending) {
    try {
      Waits.forbidden(() -> timed(pending));
    } catch (Waits.WouldWait wait) {
      pending.cost().wouldWait(clockNanos.getAsLong());
      others.execute(() -> timed(pending));
    }
  }

  private void timed(Pending pending) {
    long began = clockNanos.getAsLong();
    try {
      pending.call().run();
    } finally {
      long now = clockNanos.getAsLong();
      pending.cost().took(now - began, now);
    }
  }
}
