package io.elanus.transport;

import io.elanus.transport.wire.Question;
import io.elanus.transport.wire.RolesGrpc;
import io.elanus.transport.wire.Sign;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether anything still comes over a connection while somebody waits for an answer: a peer that is
 * silent is asked for a sign, and without one the connection is lost. A network may lose all that
 * is sent without a word, and a machine may be gone. Nothing is asked while nobody waits.
 */
final class Pulse {
  /**
   * @param silence after which the peer is asked for a sign
   * @param answer within which it must give one
   */
  record Limits(Duration silence, Duration answer) {}

  /** Asks; nothing here takes its time. */
  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pulse").factory());

  private final RolesGrpc.RolesStub stub;
  private final Limits limits;
  private final Runnable lost;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean watching = new AtomicBoolean();
  private volatile long heardNanos;

  /**
   * @param lost is called when no sign came, at most once for each silence
   */
  Pulse(RolesGrpc.RolesStub stub, Limits limits, Runnable lost) {
    this.stub = stub;
    this.limits = limits;
    this.lost = lost;
  }

  /** Somebody waits for an answer from now on. */
  void begins() {
    waiting.incrementAndGet();
    watch();
  }

  void heard() {
    heardNanos = System.nanoTime();
  }

  void ends() {
    waiting.decrementAndGet();
  }

  private void watch() {
    if (!watching.get() && watching.compareAndSet(false, true)) {
      heardNanos = System.nanoTime();
      lookAfter(limits.silence().toNanos());
    }
  }

  private void lookAfter(long nanos) {
    TIMER.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (waiting.get() == 0) {
      watching.set(false);
      if (waiting.get() > 0) {
        watch(); // who began just now relied on this look
      }
      return;
    }
    long left = limits.silence().toNanos() - (System.nanoTime() - heardNanos);
    if (left > 0) {
      lookAfter(left);
    } else {
      ask();
    }
  }

  private void ask() {
    long askedNanos = System.nanoTime();
    stub.withDeadlineAfter(limits.answer())
        .ping(
            Question.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(Sign sign) {
                heard();
              }

              @Override
              public void onCompleted() {
                lookAfter(limits.silence().toNanos());
              }

              @Override
              public void onError(Throwable failure) {
                boolean silent =
                    Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED
                        && heardNanos - askedNanos < 0;
                if (silent) {
                  lost.run();
                }
                lookAfter(limits.silence().toNanos());
              }
            });
  }
}
