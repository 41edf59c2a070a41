package io.elanus.node.query;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.fakes.WatchedObjects;
import io.elanus.node.index.BuildMemory;
import io.elanus.node.index.IndexBuilder;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.IndexNode;
import io.elanus.roles.QueryNode.Load;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.schema.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

/**
 * Collections of one segment each in an object store, with a graph over the vectors and an index
 * over the versions. The row of a key has the version of that number.
 */
final class Shelved implements AutoCloseable {
  static final int COLLECTIONS = 3;
  static final int ROWS = 2500;
  static final long NOW = Long.MAX_VALUE;

  final WatchedObjects objects = new WatchedObjects(new MemoryObjectStore());
  final TestCluster cluster;
  final List<Load> loads = new ArrayList<>();

  Shelved(Path cache) {
    cluster = new TestCluster(new MemoryLogStore(), objects, cache, TestConfig.ROOMY, 1);
    cluster.start();
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      IndexNode builder = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1L << 30));
      for (int i = 0; i < COLLECTIONS; i++) {
        loads.add(flushed(i, builder));
      }
    }
  }

  private Load flushed(int collection, IndexNode builder) {
    TestTable table = new TestTable(cluster, collection + 1);
    long[] keys = LongStream.range(0, ROWS).map(row -> key(collection, row)).toArray();
    table.insert(keys, keys);
    table.flush();
    Segments.Segment segment = cluster.dataCoord().flushedSegments(table.id()).getFirst();
    return new Load(
        segment,
        table.schema(),
        Set.of(),
        List.of(
            built(builder, segment, table, TestTable.VECTOR, "HNSW"),
            built(builder, segment, table, TestTable.VERSION, "STL_SORT")),
        List.of());
  }

  private static Segments.IndexFile built(
      IndexNode builder, Segments.Segment segment, TestTable table, long field, String type) {
    Map<String, String> parameters =
        field == TestTable.VECTOR
            ? Map.of("index_type", type, "metric_type", "L2")
            : Map.of("index_type", type);
    return builder.build(
        new IndexNode.Build(
            segment,
            table.schema(),
            new Definition(field, table.id(), field, "index" + field, "", parameters, 0),
            "indexes/" + segment.id() + "/" + field));
  }

  static long key(int collection, long row) {
    return 10_000L * (collection + 1) + row;
  }

  /** Its segment is the only one of the collection. */
  List<Long> segments(int collection) {
    return List.of(loads.get(collection).segment().id());
  }

  Segments.IndexFile graph(int collection) {
    return loads.get(collection).indexes().getFirst();
  }

  Segments.IndexFile versions(int collection) {
    return loads.get(collection).indexes().getLast();
  }

  /** Key of the object with the vectors. */
  String vectors(int collection) {
    return file(collection, "vector-" + TestTable.VECTOR + ".arrow");
  }

  private String file(int collection, String name) {
    return SegmentObjects.folderOf(loads.get(collection).segment().manifest()) + name;
  }

  /** Bytes of what stays of all collections while they are loaded. */
  long heldBytes() {
    long bytes = 0;
    for (int i = 0; i < COLLECTIONS; i++) {
      bytes += objects.size(file(i, "scalars.arrow"));
    }
    return bytes;
  }

  /** What a load has open for a moment, of all collections. */
  long passingBytes() {
    long bytes = 0;
    for (int i = 0; i < COLLECTIONS; i++) {
      bytes += objects.size(file(i, "keys.bloom"));
    }
    return bytes;
  }

  /** Bytes of what may leave, of one collection. */
  long partBytes(int collection) {
    return graph(collection).bytes()
        + versions(collection).bytes()
        + objects.size(vectors(collection));
  }

  Reads.Scope scope() {
    return new Reads.Scope(NOW, Set.of(), 0, false, 1);
  }

  Reads.Search search(long version, int k, Filter filter) {
    ColumnBuilder queries =
        new ColumnBuilder(DataType.FLOAT_VECTOR, TestTable.DIMENSION, Optional.empty());
    queries.add(TestTable.vector(version));
    return new Reads.Search(
        scope(),
        TestTable.VECTOR,
        Metric.L2,
        queries.build(),
        k,
        Map.of(),
        filter,
        Reads.Range.NONE,
        Optional.empty(),
        Optional.empty());
  }

  Reads.Query query(Filter filter) {
    return new Reads.Query(
        scope(), filter, -1, false, List.of(TestTable.VERSION, TestTable.VECTOR));
  }

  Reads.Query count(Filter filter) {
    return new Reads.Query(scope(), filter, -1, true, List.of());
  }

  static Filter versionBelow(long bound) {
    return new Filter.Compare(
        new Operand.Field(TestTable.VERSION, DataType.INT64),
        Comparison.LESS,
        new Value.Int(bound));
  }

  @Override
  public void close() {
    cluster.close();
  }
}
