package io.elanus.coordinator.ledger;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gives tasks to nodes of a kind: each to the one that has the fewest, and to another one when that
 * cannot be reached. Who gives a task watches it: the call ends with the task, or with the node.
 */
public final class TaskNodes<N> {
  private final String kind;
  private final Supplier<Map<Long, N>> nodes;
  private final Map<Long, Integer> busy = new ConcurrentHashMap<>();

  /**
   * @param kind of nodes, for errors
   * @param nodes that are there now, by id
   */
  public TaskNodes(String kind, Supplier<Map<Long, N>> nodes) {
    this.kind = kind;
    this.nodes = nodes;
  }

  /**
   * Runs a task, which may be begun several times, on one of the nodes.
   *
   * @throws NobodyThere when none is, or none can be reached
   */
  public <T> T run(Function<N, T> task) {
    Set<Long> tried = new HashSet<>();
    Optional<ElanusException> failure = Optional.empty();
    while (true) {
      Map<Long, N> present = nodes.get();
      long id = pick(present, tried);
      N node = present.get(id);
      if (node == null) {
        throw failure.isEmpty()
            ? new NobodyThere("no " + kind + " is there")
            : new NobodyThere("no " + kind + " can be reached", failure.get());
      }
      tried.add(id);
      busy.merge(id, 1, Integer::sum);
      try {
        return task.apply(node);
      } catch (ElanusException failed) {
        if (!isElsewhereBetter(failed) || Thread.currentThread().isInterrupted()) {
          throw failed;
        }
        if (present.size() == 1 && isStopped(failed)) {
          throw failed; // the whole process ends
        }
        failure = Optional.of(failed);
      } finally {
        busy.computeIfPresent(id, (any, tasks) -> tasks == 1 ? null : tasks - 1);
      }
    }
  }

  /** -1 when all were tried. */
  private long pick(Map<Long, N> present, Set<Long> tried) {
    return present.keySet().stream()
        .filter(id -> !tried.contains(id))
        .min(
            Comparator.comparingInt((Long id) -> busy.getOrDefault(id, 0))
                .thenComparing(Comparator.naturalOrder()))
        .orElse(-1L);
  }

  private static boolean isStopped(ElanusException failed) {
    return failed.code() == ErrorCode.CANCELLED;
  }

  private static boolean isElsewhereBetter(ElanusException failed) {
    return switch (failed.code()) {
      case UNAVAILABLE, NOT_READY, CANCELLED -> true;
      default -> false;
    };
  }

  /** The task was not done, and is not to blame. */
  public static final class NobodyThere extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NobodyThere(String sentence) {
      super(sentence);
    }

    NobodyThere(String sentence, ElanusException last) {
      super(sentence, last);
    }
  }
}
