package io.elanus.coordinator.index;

import io.elanus.roles.Segments;
import java.util.HashMap;
import java.util.Map;

/** How often files could not be used since the start, each reported once. */
final class Damages {
  private final Map<Builds.Task, Reported> byIndex = new HashMap<>();
  private long total;

  private record Reported(String object, int times) {}

  /** How many files of this index of the segment were reported, this one included. */
  synchronized int add(Segments.IndexFile file) {
    var task = new Builds.Task(file.segmentId(), file.indexId());
    Reported before = byIndex.getOrDefault(task, new Reported("", 0));
    if (before.object().equals(file.object())) {
      return before.times();
    }
    total++;
    byIndex.put(task, new Reported(file.object(), before.times() + 1));
    return before.times() + 1;
  }

  synchronized long total() {
    return total;
  }
}
