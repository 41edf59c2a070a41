package io.elanus.bench;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.SparseRows;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.VectorRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one index family of Elanus with the flags of the server. The family is a name of {@code
 * index_type}, its parameters are {@code build.KEY} and {@code search.KEY}, as a client would give
 * them; what the engine refuses to build is said in the result and is no failure of the run.
 */
final class ElanusRunner implements Engine {
  private final Task task;
  private final Arena arena = Arena.ofShared();
  private final Path file;
  private final IndexSpec spec;
  private final MemorySegment[] queries;
  private Bits all = Bits.none(0);
  private VectorIndex index;
  private SearchParameters parameters;
  private int together = 1;

  private ElanusRunner(Task task) throws IOException {
    this.task = task;
    this.file = task.path("folder").resolve("index");
    this.spec =
        IndexParameters.validate(
            type(),
            task.number("dimension"),
            task.text("type"),
            task.text("metric"),
            task.with("build."));
    this.queries = sparse() ? sparseQueries() : denseQueries();
  }

  public static void main(String[] args) throws IOException {
    Task task = Task.of(args);
    try {
      new Sweep(task, new ElanusRunner(task)).run();
    } catch (ElanusException e) {
      String reason = e.getMessage().replaceAll("[\"\\\\\\p{Cntrl}]", " ");
      Files.writeString(task.path("result"), "{\"refused\": \"" + reason + "\"}");
    }
    System.exit(0);
  }

  @Override
  public void build() throws IOException {
    try (Arena rowsArena = Arena.ofShared()) {
      VectorIndexes.build(spec, rows(rowsArena), BuildContext.withThreads(1), file);
    }
  }

  @Override
  public void open() {
    index = VectorIndexes.open(file, arena);
    all = Bits.all(index.count());
  }

  @Override
  public void effort(double value) {
    Map<String, Object> search = new HashMap<>(task.with("search."));
    String name = task.text("effort");
    together = name.equals("batch") ? (int) value : 1;
    search.put(name, value == Math.rint(value) ? (Object) (int) value : (Object) value);
    parameters = SearchParameters.of(spec, task.number("k"), search);
  }

  @Override
  public int[] search(int query) {
    return search(query, all);
  }

  @Override
  public int together() {
    return together;
  }

  @Override
  public int[][] search(int first, int last) {
    int k = task.number("k");
    List<VectorQuery> asked = new ArrayList<>();
    for (int query = first; query < last; query++) {
      asked.add(new VectorQuery(queries[query], k, all, parameters, ScoreRange.NONE));
    }
    return index.searchAll(asked).stream().map(Neighbors::rows).toArray(int[][]::new);
  }

  @Override
  public Object allow(long[] words) {
    Bits allowed = Bits.none(index.count());
    System.arraycopy(words, 0, allowed.words(), 0, allowed.words().length);
    return allowed;
  }

  @Override
  public int[] search(int query, Object allowed) {
    int k = task.number("k");
    return index
        .search(new VectorQuery(queries[query], k, (Bits) allowed, parameters, ScoreRange.NONE))
        .rows();
  }

  private boolean sparse() {
    return task.has("base_pairs");
  }

  private DataType type() {
    if (sparse()) {
      return DataType.SPARSE_FLOAT_VECTOR;
    }
    return switch (task.text("metric")) {
      case "HAMMING", "MHJACCARD" -> DataType.BINARY_VECTOR;
      default -> DataType.FLOAT_VECTOR;
    };
  }

  private int rowBytes() {
    return type().rowBytes(task.number("dimension"));
  }

  private VectorRows rows(Arena of) throws IOException {
    if (sparse()) {
      return sparseRows("base", of);
    }
    MemorySegment base = Task.array(task.path("base"), of);
    int count = (int) (base.byteSize() / rowBytes());
    return DenseRows.of(type(), task.number("dimension"), count, base);
  }

  private SparseRows sparseRows(String name, Arena of) throws IOException {
    MemorySegment offsets = Task.array(task.path(name + "_offsets"), of);
    int count = (int) (offsets.byteSize() / 4 - 1);
    return new SparseRows(
        count, offsets, Task.array(task.path(name + "_pairs"), of), Bits.all(count));
  }

  private MemorySegment[] sparseQueries() throws IOException {
    SparseRows rows = sparseRows("query", arena);
    MemorySegment[] found = new MemorySegment[rows.count()];
    for (int i = 0; i < found.length; i++) {
      found[i] = rows.row(i);
    }
    return found;
  }

  private MemorySegment[] denseQueries() throws IOException {
    long bytes = rowBytes();
    MemorySegment data = Task.array(task.path("query"), arena);
    MemorySegment[] found = new MemorySegment[(int) (data.byteSize() / bytes)];
    for (int i = 0; i < found.length; i++) {
      found[i] =
          MemorySegment.ofArray(data.asSlice(i * bytes, bytes).toArray(ValueLayout.JAVA_BYTE));
    }
    return found;
  }
}
