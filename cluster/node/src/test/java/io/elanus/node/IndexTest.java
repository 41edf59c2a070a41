package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.index.BuildMemory;
import io.elanus.node.index.IndexBuilder;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.IndexNode;
import io.elanus.roles.QueryNode.Loaded;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes are built from flushed segments, attached to loaded ones, and change no answer. */
class IndexTest {
  private static final int ROWS = 3000;

  @Test
  void answersAreTheSameWithAndWithoutIndexes(@TempDir Path cache) {
    try (TestCluster cluster =
            new TestCluster(
                new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1);
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      long[] keys = new long[ROWS];
      for (int i = 0; i < ROWS; i++) {
        keys[i] = i + 1;
      }
      table.insert(keys, keys);
      table.flush();
      cluster.queryCoord().refresh(1);
      table.delete(7, 8, 9);
      long now = cluster.rootCoord().now();
      Filter filter =
          new Filter.Compare(
              new Operand.Field(TestTable.VERSION, DataType.INT64),
              Comparison.LESS,
              new Value.Int(50));
      Map<Long, Long> scanned = table.query(now, filter, -1);
      assertThat(scanned).hasSize(46);
      Reads.Hits exact = table.search(now, TestTable.vector(500), 5);

      Segments.Segment segment = cluster.dataCoord().flushedSegments(1).getFirst();
      IndexNode node = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1L << 30));
      List<Segments.IndexFile> files = new ArrayList<>();
      files.add(
          node.build(
              build(table, segment, TestTable.VECTOR, 1, Map.of("metric_type", "L2"), "FLAT")));
      files.add(node.build(build(table, segment, TestTable.VERSION, 2, Map.of(), "STL_SORT")));
      assertThat(node.build(build(table, segment, TestTable.VERSION, 2, Map.of(), "STL_SORT")))
          .isEqualTo(files.get(1));
      cluster.queryCoord().setIndexes(Map.of(segment.id(), files));
      cluster.queryCoord().refresh(1);
      Loaded loaded = cluster.queryNodes().get(1L).loaded().getFirst();
      assertThat(loaded.indexedFields()).containsExactly(TestTable.VECTOR, TestTable.VERSION);
      assertThat(table.query(now, filter, -1)).isEqualTo(scanned);
      assertThat(table.search(now, TestTable.vector(500), 5).keys()).isEqualTo(exact.keys());

      cluster.queryCoord().setIndexes(Map.of(segment.id(), files.subList(1, 2)));
      cluster.queryCoord().refresh(1);
      assertThat(cluster.queryNodes().get(1L).loaded().getFirst().indexedFields())
          .containsExactly(TestTable.VERSION);
      assertThat(table.search(now, TestTable.vector(500), 5).keys()).isEqualTo(exact.keys());
    }
  }

  @Test
  void aFileThatCannotBeUsedIsBypassedAndReported(@TempDir Path cache) {
    MemoryObjectStore objects = new MemoryObjectStore();
    try (TestCluster cluster =
            new TestCluster(new MemoryLogStore(), objects, cache, TestConfig.ROOMY, 1);
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      long[] keys = LongStream.rangeClosed(1, ROWS).toArray();
      table.insert(keys, keys);
      table.flush();
      cluster.queryCoord().refresh(1);
      Segments.Segment segment = cluster.dataCoord().flushedSegments(1).getFirst();
      IndexNode node = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1L << 30));
      IndexNode.Build vectors =
          build(table, segment, TestTable.VECTOR, 1, Map.of("metric_type", "L2"), "HNSW");
      IndexNode.Build versions = build(table, segment, TestTable.VERSION, 2, Map.of(), "STL_SORT");
      List<Segments.IndexFile> files = List.of(node.build(vectors), node.build(versions));
      Segments.IndexFile good = files.getFirst();
      byte[] bytes = cluster.files().read(good.object());
      bytes[bytes.length / 2] ^= 4;
      objects.delete(good.object());
      put(objects, good.object(), bytes);
      objects.delete(files.getLast().object());

      cluster.queryCoord().setIndexes(Map.of(segment.id(), files));
      cluster.queryCoord().refresh(1);
      assertThat(cluster.indexCoord().damaged())
          .containsExactly(good.object(), files.getLast().object());
      assertThat(cluster.queryNodes().get(1L).loaded().getFirst().indexedFields()).isEmpty();
      long now = cluster.rootCoord().now();
      assertThat(table.search(now, TestTable.vector(500), 1).keys().get(0)).isEqualTo(500L);

      String again = good.object() + ".1";
      files =
          List.of(
              node.build(
                  new IndexNode.Build(segment, table.schema(), vectors.definition(), again)));
      cluster.queryCoord().setIndexes(Map.of(segment.id(), files));
      cluster.queryCoord().refresh(1);
      assertThat(cluster.queryNodes().get(1L).loaded().getFirst().indexedFields())
          .containsExactly(TestTable.VECTOR);
      assertThat(cluster.indexCoord().damaged()).hasSize(2);
    }
  }

  @Test
  void aFileThatIsDamagedUnderItsSearchesIsBypassedAndReported(@TempDir Path cache)
      throws IOException {
    try (TestCluster cluster =
            new TestCluster(
                new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1);
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      long[] keys = LongStream.rangeClosed(1, ROWS).toArray();
      table.insert(keys, keys);
      table.flush();
      cluster.queryCoord().refresh(1);
      Segments.Segment segment = cluster.dataCoord().flushedSegments(1).getFirst();
      IndexNode node = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1L << 30));
      Segments.IndexFile graph =
          node.build(
              build(table, segment, TestTable.VECTOR, 1, Map.of("metric_type", "L2"), "HNSW"));
      cluster.queryCoord().setIndexes(Map.of(segment.id(), List.of(graph)));
      cluster.queryCoord().refresh(1);
      Path copy = cluster.files().path(graph.object());
      overwriteLinks(copy);
      long now = cluster.rootCoord().now();
      for (long key : List.of(500L, 501L)) {
        assertThat(table.search(now, TestTable.vector(key), 1).keys().get(0)).isEqualTo(key);
        assertThat(cluster.indexCoord().damaged()).containsExactly(graph.object());
      }
      assertThat(cluster.queryNodes().get(1L).loaded().getFirst().indexedFields()).isEmpty();
      assertThat(copy).doesNotExist();

      cluster.queryCoord().refresh(1);
      assertThat(cluster.queryNodes().get(1L).loaded().getFirst().indexedFields())
          .containsExactly(TestTable.VECTOR);
      assertThat(table.search(now, TestTable.vector(500), 1).keys().get(0)).isEqualTo(500L);
      assertThat(cluster.indexCoord().damaged()).hasSize(1);
    }
  }

  /** In place, where mappings see it; links that lead nowhere are found before they are read. */
  private static void overwriteLinks(Path file) throws IOException {
    int links = 4; // its tag among the sections of an index file
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int entry = 64;
    while (bytes.getInt(entry) != links) {
      entry += 32;
    }
    byte[] nowhere = new byte[(int) bytes.getLong(entry + 16)];
    Arrays.fill(nowhere, (byte) 0x7f);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(nowhere), bytes.getLong(entry + 8));
    }
  }

  @Test
  void filesThatChangedPlacesAreBypassedAndReported(@TempDir Path cache) {
    MemoryObjectStore objects = new MemoryObjectStore();
    try (TestCluster cluster =
            new TestCluster(new MemoryLogStore(), objects, cache, TestConfig.ROOMY, 1);
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      long[] keys = LongStream.rangeClosed(1, ROWS).toArray();
      table.insert(keys, keys);
      table.flush();
      cluster.queryCoord().refresh(1);
      Segments.Segment segment = cluster.dataCoord().flushedSegments(1).getFirst();
      IndexNode node = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1L << 30));
      Map<String, String> l2 = Map.of("metric_type", "L2");
      Segments.IndexFile flat = node.build(build(table, segment, TestTable.VECTOR, 1, l2, "FLAT"));
      Segments.IndexFile graph =
          node.build(
              build(
                  table,
                  segment,
                  TestTable.VECTOR,
                  2,
                  Map.of("metric_type", "L2", "M", "4"),
                  "HNSW"));
      Segments.IndexFile wider =
          node.build(
              build(
                  table,
                  segment,
                  TestTable.VECTOR,
                  3,
                  Map.of("metric_type", "L2", "M", "5"),
                  "HNSW"));
      assertThat(graph.checksum()).isPresent().isNotEqualTo(wider.checksum());
      byte[] other = cluster.files().read(wider.object());
      for (Segments.IndexFile file : List.of(flat, graph)) {
        objects.delete(file.object());
        put(objects, file.object(), other);
        cluster.queryCoord().setIndexes(Map.of(segment.id(), List.of(file)));
        cluster.queryCoord().refresh(1);
      }
      assertThat(cluster.indexCoord().damaged()).containsExactly(flat.object(), graph.object());
      assertThat(cluster.queryNodes().get(1L).loaded().getFirst().indexedFields()).isEmpty();

      Map<String, String> old = new HashMap<>(graph.parameters());
      old.remove(Segments.IndexFile.CHECKSUM);
      Segments.IndexFile unknown =
          new Segments.IndexFile(
              graph.segmentId(),
              graph.indexId(),
              graph.fieldId(),
              graph.jsonPath(),
              old,
              graph.object(),
              graph.bytes());
      cluster.queryCoord().setIndexes(Map.of(segment.id(), List.of(unknown)));
      cluster.queryCoord().refresh(1);
      assertThat(cluster.queryNodes().get(1L).loaded().getFirst().indexedFields())
          .containsExactly(TestTable.VECTOR);
    }
  }

  @Test
  void whatABuildTakesAndFindsIsTold(@TempDir Path cache) {
    try (TestCluster cluster =
            new TestCluster(
                new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 1);
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      long[] keys = LongStream.rangeClosed(1, ROWS).toArray();
      table.insert(keys, keys);
      table.flush();
      Segments.Segment segment = cluster.dataCoord().flushedSegments(1).getFirst();
      IndexNode.Build graph =
          build(table, segment, TestTable.VECTOR, 1, Map.of("metric_type", "L2"), "HNSW");
      IndexNode small = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1 << 20));
      assertThatThrownBy(() -> small.build(graph))
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining(
              "the index build would take more memory than index.build.max.bytes allows")
          .hasMessageContaining("limit=1048576");
      assertThat(cluster.files().exists(graph.object())).isFalse();

      IndexNode node = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1L << 30));
      assertThat(node.running()).isEmpty();
      Segments.IndexFile built = node.build(graph);
      assertThat(node.running()).isEmpty();
      assertThat(built.bytes()).isEqualTo(cluster.files().size(graph.object()));
      assertThat(built.resident()).isEqualTo(built.bytes());
      assertThat(built.foretold()).isBetween(built.bytes() * 4 / 5, built.bytes() * 5 / 4);
      assertThat(built.recall()).get().satisfies(recall -> assertThat(recall).isBetween(0.9f, 1f));
      Segments.IndexFile found = node.build(graph);
      assertThat(found.recall()).isEqualTo(built.recall());
      assertThat(found.bytes()).isEqualTo(built.bytes());
      IndexNode.Build list =
          build(table, segment, TestTable.VECTOR, 2, Map.of("metric_type", "L2"), "FLAT");
      assertThat(node.build(list).recall()).isEmpty();
      IndexNode.Build card =
          build(table, segment, TestTable.VECTOR, 3, Map.of("metric_type", "L2"), "GPU_CAGRA");
      assertThat(node.build(card).recall()).isPresent();
      assertThat(node.build(card).parameters()).containsEntry("index_type", "GPU_CAGRA");
    }
  }

  /** An earlier process wrote it and ended before it was recorded. */
  @Test
  void aFileThatCannotBeReadNowIsNotRecordedAsDamaged(@TempDir Path cache) {
    MemoryObjectStore objects = new MemoryObjectStore();
    try (TestCluster cluster =
            new TestCluster(new MemoryLogStore(), objects, cache, TestConfig.ROOMY, 1);
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      cluster.start();
      TestTable table = new TestTable(cluster, 1);
      table.load();
      long[] keys = LongStream.rangeClosed(1, ROWS).toArray();
      table.insert(keys, keys);
      table.flush();
      Segments.Segment segment = cluster.dataCoord().flushedSegments(1).getFirst();
      IndexNode node = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1L << 30));
      for (IndexNode.Build build :
          List.of(
              build(table, segment, TestTable.VECTOR, 1, Map.of("metric_type", "L2"), "FLAT"),
              build(
                  table,
                  segment,
                  TestTable.VERSION,
                  2,
                  Map.of(Segments.IndexFile.CHECKSUM, "abc"),
                  "STL_SORT"))) {
        node.build(build);
        Segments.IndexFile found = node.build(build);
        assertThat(found.checksum()).isPresent();
        cluster.files().forget(found.object());
        Thread.currentThread().interrupt(); // files are closed to such a thread
        try {
          assertThatThrownBy(() -> node.build(build)).isInstanceOf(ElanusException.class);
        } finally {
          Thread.interrupted();
        }
        assertThat(node.build(build)).isEqualTo(found);
        cluster.files().forget(found.object());
        objects.delete(found.object());
        put(objects, found.object(), new byte[10]);
        assertThat(node.build(build).checksum()).isEmpty();
      }
    }
  }

  private static void put(MemoryObjectStore objects, String key, byte[] bytes) {
    try (ObjectWriter writer = objects.create(key)) {
      writer.write(ByteBuffer.wrap(bytes));
      writer.commit();
    }
  }

  private static IndexNode.Build build(
      TestTable table,
      Segments.Segment segment,
      long field,
      long id,
      Map<String, String> parameters,
      String type) {
    Map<String, String> all = new java.util.HashMap<>(parameters);
    all.put("index_type", type);
    return new IndexNode.Build(
        segment,
        table.schema(),
        new Definition(id, 1, field, "index" + id, "", all, 0),
        "indexes/" + segment.id() + "/" + id);
  }
}
