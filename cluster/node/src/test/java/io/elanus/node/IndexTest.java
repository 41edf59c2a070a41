package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.log.MemoryLogStore;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.index.BuildMemory;
import io.elanus.node.index.IndexBuilder;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.IndexNode;
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
  private static final Map<String, String> L2 = Map.of("metric_type", "L2");

  /** A cluster that serves one flushed segment, and a node that builds its indexes. */
  private static final class Fixture implements AutoCloseable {
    final MemoryObjectStore objects = new MemoryObjectStore();
    final TestCluster cluster;
    final ExecutorService pool = Executors.newFixedThreadPool(1);
    final IndexNode node;
    final TestTable table;
    final Segments.Segment segment;

    Fixture(Path cache) {
      cluster = new TestCluster(new MemoryLogStore(), objects, cache, TestConfig.ROOMY, 1);
      cluster.start();
      node = new IndexBuilder(cluster.files(), pool, 1, new BuildMemory(1L << 30));
      table = new TestTable(cluster, 1);
      table.load();
      long[] keys = LongStream.rangeClosed(1, ROWS).toArray();
      table.insert(keys, keys);
      table.flush();
      cluster.queryCoord().refresh(1);
      segment = cluster.dataCoord().flushedSegments(1).getFirst();
    }

    IndexNode.Build build(long field, long id, Map<String, String> parameters, String type) {
      Map<String, String> all = new HashMap<>(parameters);
      all.put("index_type", type);
      return new IndexNode.Build(
          segment,
          table.schema(),
          new Definition(id, 1, field, "index" + id, "", all, 0),
          "indexes/" + segment.id() + "/" + id);
    }

    Segments.IndexFile built(long field, long id, Map<String, String> parameters, String type) {
      return node.build(build(field, id, parameters, type));
    }

    /** Makes these the indexes of the segment. */
    void use(Segments.IndexFile... files) {
      cluster.queryCoord().setIndexes(Map.of(segment.id(), List.of(files)));
      cluster.queryCoord().refresh(1);
    }

    void replace(Segments.IndexFile file, byte[] bytes) {
      objects.delete(file.object());
      try (ObjectWriter writer = objects.create(file.object())) {
        writer.write(ByteBuffer.wrap(bytes));
        writer.commit();
      }
    }

    List<Long> indexed() {
      return cluster.queryNodes().get(1L).loaded().getFirst().indexedFields();
    }

    List<String> damaged() {
      return cluster.indexCoord().damaged();
    }

    /** The key of the row that is nearest to the vector of a version. */
    Object nearest(long version) {
      long now = cluster.rootCoord().now();
      return table.search(now, TestTable.vector(version), 1).keys().get(0);
    }

    @Override
    public void close() {
      try (cluster) {
        pool.close();
      }
    }
  }

  @Test
  void answersAreTheSameWithAndWithoutIndexes(@TempDir Path cache) {
    try (Fixture fixture = new Fixture(cache)) {
      TestTable table = fixture.table;
      table.delete(7, 8, 9);
      long now = fixture.cluster.rootCoord().now();
      Filter filter =
          new Filter.Compare(
              new Operand.Field(TestTable.VERSION, DataType.INT64),
              Comparison.LESS,
              new Value.Int(50));
      Map<Long, Long> scanned = table.query(now, filter, -1);
      assertThat(scanned).hasSize(46);
      Reads.Hits exact = table.search(now, TestTable.vector(500), 5);

      IndexNode.Build versions = fixture.build(TestTable.VERSION, 2, Map.of(), "STL_SORT");
      Segments.IndexFile vector = fixture.built(TestTable.VECTOR, 1, L2, "FLAT");
      Segments.IndexFile version = fixture.node.build(versions);
      assertThat(fixture.node.build(versions)).isEqualTo(version);
      fixture.use(vector, version);
      assertThat(fixture.indexed()).containsExactly(TestTable.VECTOR, TestTable.VERSION);
      assertThat(table.query(now, filter, -1)).isEqualTo(scanned);
      assertThat(table.search(now, TestTable.vector(500), 5).keys()).isEqualTo(exact.keys());

      fixture.use(version);
      assertThat(fixture.indexed()).containsExactly(TestTable.VERSION);
      assertThat(table.search(now, TestTable.vector(500), 5).keys()).isEqualTo(exact.keys());
    }
  }

  @Test
  void aFileThatCannotBeUsedIsBypassedAndReported(@TempDir Path cache) {
    try (Fixture fixture = new Fixture(cache)) {
      IndexNode.Build vectors = fixture.build(TestTable.VECTOR, 1, L2, "HNSW");
      Segments.IndexFile good = fixture.node.build(vectors);
      Segments.IndexFile lost = fixture.built(TestTable.VERSION, 2, Map.of(), "STL_SORT");
      byte[] bytes = fixture.cluster.files().read(good.object());
      bytes[bytes.length / 2] ^= 4;
      fixture.replace(good, bytes);
      fixture.objects.delete(lost.object());

      fixture.use(good, lost);
      assertThat(fixture.damaged()).containsExactly(good.object(), lost.object());
      assertThat(fixture.indexed()).isEmpty();
      assertThat(fixture.nearest(500)).isEqualTo(500L);

      String again = good.object() + ".1";
      fixture.use(
          fixture.node.build(
              new IndexNode.Build(
                  fixture.segment, fixture.table.schema(), vectors.definition(), again)));
      assertThat(fixture.indexed()).containsExactly(TestTable.VECTOR);
      assertThat(fixture.damaged()).hasSize(2);
    }
  }

  @Test
  void aFileThatIsDamagedUnderItsSearchesIsBypassedAndReported(@TempDir Path cache)
      throws IOException {
    try (Fixture fixture = new Fixture(cache)) {
      Segments.IndexFile graph = fixture.built(TestTable.VECTOR, 1, L2, "HNSW");
      fixture.use(graph);
      Path copy = fixture.cluster.files().path(graph.object());
      overwriteLinks(copy);
      for (long key : List.of(500L, 501L)) {
        assertThat(fixture.nearest(key)).isEqualTo(key);
        assertThat(fixture.damaged()).containsExactly(graph.object());
      }
      assertThat(fixture.indexed()).isEmpty();
      assertThat(copy).doesNotExist();

      fixture.cluster.queryCoord().refresh(1);
      assertThat(fixture.indexed()).containsExactly(TestTable.VECTOR);
      assertThat(fixture.nearest(500)).isEqualTo(500L);
      assertThat(fixture.damaged()).hasSize(1);
    }
  }

  /** In place, where mappings see it; links that lead nowhere are found before they are read. */
  private static void overwriteLinks(Path file) throws IOException {
    int links = IndexFileFormat.Section.LINKS.ordinal();
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
    try (Fixture fixture = new Fixture(cache)) {
      Segments.IndexFile flat = fixture.built(TestTable.VECTOR, 1, L2, "FLAT");
      Segments.IndexFile graph =
          fixture.built(TestTable.VECTOR, 2, Map.of("metric_type", "L2", "M", "4"), "HNSW");
      Segments.IndexFile wider =
          fixture.built(TestTable.VECTOR, 3, Map.of("metric_type", "L2", "M", "5"), "HNSW");
      assertThat(graph.checksum()).isPresent().isNotEqualTo(wider.checksum());
      byte[] other = fixture.cluster.files().read(wider.object());
      for (Segments.IndexFile file : List.of(flat, graph)) {
        fixture.replace(file, other);
        fixture.use(file);
      }
      assertThat(fixture.damaged()).containsExactly(flat.object(), graph.object());
      assertThat(fixture.indexed()).isEmpty();

      Map<String, String> old = new HashMap<>(graph.parameters());
      old.remove(Segments.IndexFile.CHECKSUM);
      fixture.use(
          new Segments.IndexFile(
              graph.segmentId(),
              graph.indexId(),
              graph.fieldId(),
              graph.jsonPath(),
              old,
              graph.object(),
              graph.bytes()));
      assertThat(fixture.indexed()).containsExactly(TestTable.VECTOR);
    }
  }

  @Test
  void whatABuildTakesAndFindsIsTold(@TempDir Path cache) {
    try (Fixture fixture = new Fixture(cache)) {
      SegmentObjects files = fixture.cluster.files();
      IndexNode.Build graph = fixture.build(TestTable.VECTOR, 1, L2, "HNSW");
      IndexNode small = new IndexBuilder(files, fixture.pool, 1, new BuildMemory(1 << 20));
      assertThatThrownBy(() -> small.build(graph))
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining(
              "the index build would take more memory than index.build.max.bytes allows")
          .hasMessageContaining("limit=1048576");
      assertThat(files.exists(graph.object())).isFalse();

      IndexNode node = fixture.node;
      assertThat(node.running()).isEmpty();
      Segments.IndexFile built = node.build(graph);
      assertThat(node.running()).isEmpty();
      assertThat(built.bytes()).isEqualTo(files.size(graph.object()));
      assertThat(built.resident()).isEqualTo(built.bytes());
      assertThat(built.foretold()).isBetween(built.bytes() * 4 / 5, built.bytes() * 5 / 4);
      assertThat(built.recall()).get().satisfies(recall -> assertThat(recall).isBetween(0.9f, 1f));
      Segments.IndexFile found = node.build(graph);
      assertThat(found.recall()).isEqualTo(built.recall());
      assertThat(found.bytes()).isEqualTo(built.bytes());
      IndexNode.Build list = fixture.build(TestTable.VECTOR, 2, L2, "FLAT");
      assertThat(node.build(list).recall()).isEmpty();
      IndexNode.Build card = fixture.build(TestTable.VECTOR, 3, L2, "GPU_CAGRA");
      assertThat(node.build(card).recall()).isPresent();
      assertThat(node.build(card).parameters()).containsEntry("index_type", "GPU_CAGRA");
    }
  }

  /** An earlier process wrote it and ended before it was recorded. */
  @Test
  void aFileThatCannotBeReadNowIsNotRecordedAsDamaged(@TempDir Path cache) {
    try (Fixture fixture = new Fixture(cache)) {
      SegmentObjects files = fixture.cluster.files();
      IndexNode node = fixture.node;
      for (IndexNode.Build build :
          List.of(
              fixture.build(TestTable.VECTOR, 1, L2, "FLAT"),
              fixture.build(
                  TestTable.VERSION, 2, Map.of(Segments.IndexFile.CHECKSUM, "abc"), "STL_SORT"))) {
        node.build(build);
        Segments.IndexFile found = node.build(build);
        assertThat(found.checksum()).isPresent();
        files.forget(found.object());
        Thread.currentThread().interrupt(); // files are closed to such a thread
        try {
          assertThatThrownBy(() -> node.build(build)).isInstanceOf(ElanusException.class);
        } finally {
          Thread.interrupted();
        }
        assertThat(node.build(build)).isEqualTo(found);
        files.forget(found.object());
        fixture.replace(found, new byte[10]);
        assertThat(node.build(build).checksum()).isEmpty();
      }
    }
  }
}
