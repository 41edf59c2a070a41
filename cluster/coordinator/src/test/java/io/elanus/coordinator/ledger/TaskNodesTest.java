package io.elanus.coordinator.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TaskNodesTest {
  private final Map<Long, String> nodes = new TreeMap<>(Map.of(1L, "a", 2L, "b", 3L, "c"));
  private final TaskNodes<String> workers = new TaskNodes<>("index node", () -> Map.copyOf(nodes));

  private static String refuse(ErrorCode code) {
    throw new ElanusException(code, "no");
  }

  @Test
  void tasksGoToTheNodeWithTheFewest() {
    List<String> used = new ArrayList<>();
    workers.run(first -> {
      used.add(first);
      return workers.run(second -> {
        used.add(second);
        return workers.run(used::add);
      });
    });
    assertThat(used).containsExactly("a", "b", "c");
  }

  @Test
  void anotherNodeTakesWhatOneCannotDo() {
    List<String> tried = new ArrayList<>();
    String done =
        workers.run(node -> {
          tried.add(node);
          return tried.size() < 3 ? refuse(ErrorCode.UNAVAILABLE) : node;
        });
    assertThat(done).isEqualTo("c");
  }

  @Test
  void whatTheTaskItselfIsRefusedForIsNotRepeated() {
    List<String> tried = new ArrayList<>();
    assertThatThrownBy(() ->
            workers.run(node -> {
              tried.add(node);
              return refuse(ErrorCode.DATA_INTEGRITY);
            }))
        .hasMessageContaining("no");
    assertThat(tried).hasSize(1);
  }

  @Test
  void nobodyThereIsNoFailureOfTheTask() {
    assertThatThrownBy(() -> workers.run(node -> refuse(ErrorCode.UNAVAILABLE)))
        .isInstanceOf(TaskNodes.NobodyThere.class)
        .hasMessage("no index node can be reached");
    nodes.clear();
    assertThatThrownBy(() -> workers.run(node -> node))
        .isInstanceOf(TaskNodes.NobodyThere.class)
        .hasMessage("no index node is there");
  }
}
