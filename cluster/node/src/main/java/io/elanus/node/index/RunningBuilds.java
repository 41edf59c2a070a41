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

  private final Map<Task, Double> done = new ConcurrentHashMap<>();

  private record Task(long segmentId, long indexId) {}

  /**
   * Until {@link #end}, this build is told of, as far as the context was: this rises, and is below
   * 1.
   */
  BuildContext begin(long segmentId, long indexId, int threads) {
    var task = new Task(segmentId, indexId);
    done.put(task, 0.0);
    return new BuildContext() {
      @Override
      public int threads() {
        return threads;
      }

      @Override
      public boolean cancelled() {
        return Thread.currentThread().isInterrupted();
      }

      @Override
      public void progress(double fraction) {
        done.computeIfPresent(task, (own, before) -> Math.max(before, Math.min(fraction, WRITTEN)));
      }
    };
  }

  void end(long segmentId, long indexId) {
    done.remove(new Task(segmentId, indexId));
  }

  List<Running> running() {
    return done.entrySet().stream()
        .map(entry ->
            new Running(entry.getKey().segmentId(), entry.getKey().indexId(), entry.getValue()))
        .toList();
  }
}
