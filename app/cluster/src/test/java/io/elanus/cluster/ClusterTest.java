package io.elanus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.embedded.Collection;
import io.elanus.embedded.CollectionSpec;
import io.elanus.embedded.Hit;
import io.elanus.embedded.Row;
import io.elanus.embedded.Search;
import io.elanus.process.Settings;
import io.elanus.schema.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Roles in processes of their own, over stores that they share. */
@Timeout(120)
final class ClusterTest {
  private static final int DIMENSION = 16;
  private static final Settings SETTINGS =
      Settings.defaults()
          .with("channels", "2")
          .with("search.threads", "1")
          .with("cluster.secret", "what only we know, and nobody else");

  @TempDir private Path folder;

  @Test
  void rowsAreFoundWhileTheyGrowAndAfterTheyWereFlushed() {
    try (TestCluster cluster = new TestCluster(folder, SETTINGS)) {
      cluster.start("mixcoord");
      cluster.start("streamingnode");
      cluster.start("querynode");
      cluster.start("datanode,indexnode");
      TestCluster.Process proxy = cluster.start("proxy");
      Collection rows = proxy.database().create(spec("rows"));
      float[][] vectors = vectors(3_000);
      rows.insert(rows(vectors, 0, 2_000));
      assertThat(rows.count("")).isEqualTo(2_000);
      assertThat(found(rows, vectors, 0, 2_000)).isEqualTo(2_000);
      rows.flush();
      rows.insert(rows(vectors, 2_000, 3_000));
      rows.delete("id < 100");
      assertThat(rows.count("")).isEqualTo(2_900);
      assertThat(found(rows, vectors, 100, 3_000)).isEqualTo(2_900);
    }
  }

  /** How many of these rows are the nearest of their own vectors. */
  private static int found(Collection rows, float[][] vectors, int from, int to) {
    int found = 0;
    for (int id = from; id < to; id++) {
      List<Hit> hits = rows.search(Search.near(vectors[id]).limit(1));
      found += hits.getFirst().key().equals((long) id) ? 1 : 0;
    }
    return found;
  }

  static CollectionSpec spec(String name) {
    return CollectionSpec.named(name).longKey("id").vector("v", DIMENSION, Metric.L2);
  }

  static List<Row> rows(float[][] vectors, int from, int to) {
    List<Row> rows = new ArrayList<>();
    for (int id = from; id < to; id++) {
      rows.add(Row.of("id", (long) id, "v", vectors[id]));
    }
    return rows;
  }

  static float[][] vectors(int count) {
    Random random = new Random(7);
    float[][] vectors = new float[count][DIMENSION];
    for (float[] vector : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = random.nextFloat();
      }
    }
    return vectors;
  }
}
