package io.elanus.node.read;

import io.elanus.roles.FanOut;
import io.elanus.roles.Waits;
import io.elanus.segment.ColdPart;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Reads of segments that need parts which are not on the local disk: whoever asked waits for the
 * parts, on a thread that may, and begins the read of that segment again.
 */
final class ColdReads {
  /** Segments that one request waits for at the same time: each wants room for its parts. */
  private static final int SIDE_BY_SIDE = 4;

  /** Of virtual threads: there are none while nobody waits, and nothing to close. */
  private final FanOut waiting = new FanOut(Executors.newVirtualThreadPerTaskExecutor());

  /**
   * The answers of reads, one of a segment each.
   *
   * @param again begins the read with this ordinal once more
   * @throws Waits.WouldWait where waiting is forbidden and a part has to be fetched
   */
  <T> List<T> awaitAll(List<Future<T>> begun, IntFunction<Future<T>> again) {
    try {
      return FanOut.awaitAll(begun);
    } catch (ColdPart cold) {
      return repeated(begun, again);
    }
  }

  /** All have ended. */
  private <T> List<T> repeated(List<Future<T>> ended, IntFunction<Future<T>> again) {
    List<Integer> cold = new ArrayList<>();
    for (int i = 0; i < ended.size(); i++) {
      if (isCold(ended.get(i))) {
        cold.add(i);
      } else {
        FanOut.await(ended.get(i)); // what failed otherwise is not worth waiting for the others
      }
    }
    Waits.begin();
    List<Future<T>> all = new ArrayList<>(ended);
    for (int from = 0; from < cold.size(); from += SIDE_BY_SIDE) {
      List<Integer> next = cold.subList(from, Math.min(cold.size(), from + SIDE_BY_SIDE));
      List<T> answers =
          waiting.each(next, i -> repeat((ColdPart) ended.get(i).exceptionNow(), again, i));
      for (int i = 0; i < next.size(); i++) {
        T answer = answers.get(i);
        all.set(next.get(i), FanOut.here(() -> answer));
      }
    }
    return FanOut.awaitAll(all);
  }

  private static boolean isCold(Future<?> ended) {
    return ended.state() == Future.State.FAILED && ended.exceptionNow() instanceof ColdPart;
  }

  private static <T> T repeat(ColdPart cold, IntFunction<Future<T>> again, int read) {
    return cold.repeat(() -> FanOut.await(again.apply(read)));
  }
}
