package io.elanus.coordinator.index;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Builds that run or have failed; in memory, for a new process tries again. */
final class Builds {
  record Task(long segmentId, long indexId) {}

  /**
   * @param attempts until now
   */
  record Failure(int attempts, String reason, long atMillis) {}

  private final Set<Task> running = new HashSet<>();
  private final Map<Task, Failure> failures = new HashMap<>();

  /** False when it runs already, or has failed too often too recently. */
  synchronized boolean begin(Task task, IndexSettings settings, long nowMillis) {
    Failure failure = failures.get(task);
    if (failure != null
        && failure.attempts() >= settings.attempts()
        && nowMillis - failure.atMillis() < settings.retryMillis()) {
      return false;
    }
    return running.add(task);
  }

  synchronized void succeeded(Task task) {
    running.remove(task);
    failures.remove(task);
  }

  synchronized int failed(Task task, String reason, long nowMillis) {
    running.remove(task);
    Failure before = failures.get(task);
    int attempts = before == null ? 1 : before.attempts() + 1;
    failures.put(task, new Failure(attempts, reason, nowMillis));
    return attempts;
  }

  /** Neither success nor failure: the process ends. */
  synchronized void cancelled(Task task) {
    running.remove(task);
  }

  /** Those of some indexes that run. */
  synchronized List<Task> running(Set<Long> indexIds) {
    return running.stream().filter(task -> indexIds.contains(task.indexId())).toList();
  }

  synchronized boolean isRunning(Task task) {
    return running.contains(task);
  }

  /** Present when the build was given up. */
  synchronized Optional<Failure> givenUp(Task task, IndexSettings settings) {
    return Optional.ofNullable(failures.get(task))
        .filter(failure -> failure.attempts() >= settings.attempts());
  }
}
