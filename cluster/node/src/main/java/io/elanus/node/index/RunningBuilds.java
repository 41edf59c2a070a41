package io.elanus.node.index;

import io.elanus.index.BuildContext;
import io.elanus.roles.IndexNode.Running;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How far the builds of a node are. */
final class RunningBuilds {
  /** Share of a build whose file is written, but not checked and stored. */
  private static final double WRITTEN = 0.99;

  private static final System.Logger LOG = System.getLogger(RunningBuilds.class.getName());
  private static final long NEVER = Long.MIN_VALUE;

  private final Map<Task, State> builds = new ConcurrentHashMap<>();

  private record Task(long segmentId, long indexId) {}

  /** How far a build is, and since when it is unwanted. */
  private static final class State {
    private double done;
    private volatile long cancelledNanos = NEVER;

    synchronized void rise(double fraction) {
      done = Math.max(done, Math.min(fraction, WRITTEN));
    }

    synchronized double done() {
      return done;
    }
  }

  /**
   * Until {@link #end}, this build is told of, as far as the context was: this rises, and is below
   * 1.
   */
  BuildContext begin(long segmentId, long indexId, int threads) {
    var state = new State();
    builds.put(new Task(segmentId, indexId), state);
    return new BuildContext() {
      @Override
      public int threads() {
        return threads;
      }

      @Override
      public boolean cancelled() {
        return state.cancelledNanos != NEVER || Thread.currentThread().isInterrupted();
      }

      @Override
      public void progress(double fraction) {
        state.rise(fraction);
      }
    };
  }

  void end(long segmentId, long indexId) {
    State ended = builds.remove(new Task(segmentId, indexId));
    if (ended != null && ended.cancelledNanos != NEVER) {
      LOG.log(
          System.Logger.Level.INFO,
          "index build ended that was cancelled, segment {0} index {1} done {2} millis {3}",
          segmentId,
          indexId,
          ended.done(),
          (System.nanoTime() - ended.cancelledNanos) / 1_000_000);
    }
  }

  /** Has a build asked to stop find that it is, if it runs. */
  void cancel(long segmentId, long indexId) {
    State state = builds.get(new Task(segmentId, indexId));
    if (state != null) {
      state.cancelledNanos = System.nanoTime();
    }
  }

  List<Running> running() {
    return builds.entrySet().stream()
        .map(entry ->
            new Running(
                entry.getKey().segmentId(), entry.getKey().indexId(), entry.getValue().done()))
        .toList();
  }
}
