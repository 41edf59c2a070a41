package io.elanus.node.fakes;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Reads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads at one timestamp must agree with the model, and with one another. */
public final class Checks {
  private Checks() {}

  public static void agree(String what, TestTable table, Model model, long at) {
    Map<Long, Long> expected = model.all(at);
    assertThat(table.all(at)).as(what + ": query").isEqualTo(expected);
    assertThat(table.count(at)).as(what + ": count").isEqualTo(model.count(at));
    assertThat(table.iterate(at, 7)).as(what + ": iterator").isEqualTo(expected);
    if (!model.repeatsKeys(at)) {
      search(what, table, model, at);
    }
  }

  private static void search(String what, TestTable table, Model model, long at) {
    float[] vector = TestTable.vector(at % 50);
    Reads.Hits hits = table.search(at, vector, 5);
    Map<Long, Long> all = model.all(at);
    List<Long> keys = new ArrayList<>();
    List<Float> scores = new ArrayList<>();
    for (int i = 0; i < hits.keys().size(); i++) {
      long key = (Long) hits.keys().get(i);
      float score = hits.scores()[i];
      assertThat(all).as(what + ": search").containsKey(key);
      assertThat(score)
          .as(what + ": search")
          .isEqualTo(Model.distance(vector, TestTable.vector(all.get(key))));
      if (i > 0 && scores.getLast() == score) {
        assertThat(key).as(what + ": equal scores by key").isGreaterThan(keys.getLast());
      }
      keys.add(key);
      scores.add(score);
    }
    assertThat(scores).as(what + ": search").isEqualTo(model.nearest(at, vector, 5));
    Map<Long, Long> fetched = table.fetch(at, hits);
    fetched.forEach(
        (key, version) -> assertThat(version).as(what + ": fetch").isEqualTo(all.get(key)));
    assertThat(fetched.keySet()).as(what + ": fetch").containsExactlyElementsOf(keys);
  }
}
