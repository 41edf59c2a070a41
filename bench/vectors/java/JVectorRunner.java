package io.elanus.bench;

import io.github.jbellis.jvector.disk.SimpleReader;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.OnHeapGraphIndex;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** JVector: a graph in memory with exact scores, the effort is the number of rows it ranks. */
final class JVectorRunner implements Engine {
  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();

  private final Task task;
  private final Path file;
  private final int dimension;
  private final VectorSimilarityFunction similarity;
  private final List<VectorFloat<?>> queries;
  private ListRandomAccessVectorValues rows;
  private GraphSearcher searcher;
  private int effort;

  private JVectorRunner(Task task) throws IOException {
    this.task = task;
    this.file = task.path("folder").resolve("graph");
    this.dimension = task.number("dimension");
    this.similarity =
        task.text("metric").equals("L2")
            ? VectorSimilarityFunction.EUCLIDEAN
            : VectorSimilarityFunction.DOT_PRODUCT;
    this.queries = vectors("query");
    this.rows = new ListRandomAccessVectorValues(vectors("base"), dimension);
  }

  public static void main(String[] args) throws IOException {
    Task task = Task.of(args);
    new Sweep(task, new JVectorRunner(task)).run();
    System.exit(0);
  }

  private List<VectorFloat<?>> vectors(String key) throws IOException {
    List<VectorFloat<?>> found = new ArrayList<>();
    for (float[] row : Task.rows(task.path(key), dimension)) {
      found.add(TYPES.createFloatVector(row));
    }
    return found;
  }

  private GraphIndexBuilder builder() {
    BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(rows, similarity);
    return new GraphIndexBuilder(
        scores,
        dimension,
        32,
        200,
        1.2f,
        1.2f,
        true,
        true,
        new ForkJoinPool(1),
        new ForkJoinPool(1));
  }

  @Override
  public void build() throws IOException {
    ImmutableGraphIndex graph = builder().build(rows);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      ((OnHeapGraphIndex) graph).save(out);
    }
    long vectors = 4L * dimension * rows.size();
    Files.writeString(
        task.path("folder").resolve("resident"), "" + (graph.ramBytesUsed() + vectors));
  }

  @Override
  public void open() throws IOException {
    GraphIndexBuilder builder = builder();
    try (SimpleReader reader = new SimpleReader(file)) {
      builder.load(reader);
    }
    searcher = new GraphSearcher(builder.getGraph());
  }

  @Override
  public void effort(double value) {
    effort = (int) value;
  }

  @Override
  public int[] search(int query) {
    return search(query, Bits.ALL);
  }

  @Override
  public Object allow(long[] words) {
    return (Bits) row -> (words[row >>> 6] & (1L << row)) != 0;
  }

  @Override
  public int[] search(int query, Object allowed) {
    var scores = DefaultSearchScoreProvider.exact(queries.get(query), similarity, rows);
    SearchResult.NodeScore[] nodes =
        searcher.search(scores, task.number("k"), effort, 0f, 0f, (Bits) allowed).getNodes();
    int[] found = new int[nodes.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = nodes[i].node;
    }
    return found;
  }
}
