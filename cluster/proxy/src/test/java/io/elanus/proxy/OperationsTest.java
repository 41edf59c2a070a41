package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.number;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.text;
import static io.elanus.proxy.TestSchemas.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.proxy.TestSchemas.Field;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Catalogue changes, load, indexes and the cache. */
final class OperationsTest {
  private final FakeCluster cluster = new FakeCluster();

  @BeforeEach
  void create() {
    cluster.root.execute(
        new Ddl.CreateCollection(
            "default",
            schema(
                "c",
                id(),
                vector("v", 4),
                vector("w", 4),
                number("n"),
                text("t", 10),
                Field.of("j", DataType.JSON),
                Field.of("f", DataType.FLOAT),
                Field.of("b", DataType.BOOL)),
            true,
            1,
            0,
            Consistency.BOUNDED,
            Map.of()));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void index(String field, String... parameters) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      map.put(parameters[i], parameters[i + 1]);
    }
    cluster.proxy.createIndex(new Proxy.CreateIndexRequest("default", "c", field, "", map));
  }

  private void load(int replicas, List<String> partitions, List<String> fields) {
    cluster.proxy.load(
        new Proxy.LoadRequest(
            "default", "c", partitions, replicas, List.of(), fields, false, false));
  }

  private long idOf(String name) {
    return cluster.root.findCollection("default", name).orElseThrow().id();
  }

  @Test
  void loadsOnlyWhatIsIndexed() {
    assertRefused(700, "index not found[collection=c]", () -> load(0, List.of(), List.of()));
    index("v", "metric_type", "L2");
    assertRefused(
        1100,
        "there is no vector index on field: [w], please create index firstly",
        () -> load(0, List.of(), List.of()));
    load(0, List.of(), List.of("id", "v", "n"));
    assertThat(cluster.query.lastLoad.fields()).hasSize(4);
    index("w");
    load(0, List.of(), List.of());
    assertThat(cluster.query.lastLoad.fields()).isEmpty();
    assertThat(cluster.query.lastLoad.replicas()).isEqualTo(1);
    assertRefused(
        12,
        "when load 3 replica count: service resource insufficient",
        () -> load(3, List.of(), List.of()));
    assertRefused(
        1100, "does not contain primary key field id", () -> load(0, List.of(), List.of("v")));
    assertRefused(200, "partition not found[partition=x]", () -> load(0, List.of("x"), List.of()));
    assertRefused(
        300,
        "resource group not found[rg=far]",
        () ->
            cluster.proxy.load(
                new Proxy.LoadRequest(
                    "default", "c", List.of(), 1, List.of("far"), List.of(), false, false)));
  }

  @Test
  void tellsTheLoadState() {
    assertThat(cluster.proxy.loadStatus("default", "nope", List.of()))
        .isEqualTo(Proxy.LoadStatus.NOT_EXIST);
    assertThat(cluster.proxy.loadStatus("default", "c", List.of()))
        .isEqualTo(Proxy.LoadStatus.NOT_LOADED);
    assertRefused(
        101,
        "collection not loaded[collection=c]",
        () -> cluster.proxy.loadingProgress("default", "c", List.of()));
    assertRefused(
        100,
        "collection not found[database=default][collection=nope]",
        () -> cluster.proxy.loadingProgress("default", "nope", List.of()));
    index("v");
    index("w");
    load(0, List.of(), List.of());
    assertThat(cluster.proxy.loadStatus("default", "c", List.of("_default")))
        .isEqualTo(Proxy.LoadStatus.LOADED);
    assertThat(cluster.proxy.loadingProgress("default", "c", List.of())).isEqualTo(100);
    cluster.proxy.release("default", "c", List.of());
    cluster.proxy.release("default", "c", List.of());
    assertThat(cluster.proxy.loadStatus("default", "c", List.of()))
        .isEqualTo(Proxy.LoadStatus.NOT_LOADED);
  }

  @Test
  void refusesIndexParametersThatNobodyKnows() {
    assertRefused(
        1100,
        "index param colour of field w is not known",
        () -> index("w", "index_type", "HNSW", "metric_type", "IP", "colour", "8"));
  }

  @Test
  void completesAndKeepsIndexParameters() {
    index("v");
    index("w", "index_type", "HNSW", "metric_type", "ip", "M", "8", "efConstruction", "100");
    index("n");
    List<Proxy.IndexDescription> all = cluster.proxy.describeIndexes("default", "c", "");
    assertThat(all).hasSize(3);
    assertThat(all.get(0).definition().parameters())
        .isEqualTo(Map.of("index_type", "AUTOINDEX", "metric_type", "COSINE"));
    assertThat(all.get(1).definition().parameters())
        .isEqualTo(
            Map.of("index_type", "HNSW", "metric_type", "IP", "M", "8", "efConstruction", "100"));
    assertThat(all.get(1).definition().name()).isEqualTo("w");
    assertThat(all.get(2).definition().parameters()).isEqualTo(Map.of("index_type", "AUTOINDEX"));
    assertThat(cluster.proxy.describeIndexes("default", "c", "n").getFirst().field())
        .isEqualTo("n");
    assertRefused(700, "index not found", () -> cluster.proxy.describeIndexes("default", "c", "x"));
  }

  @Test
  void keepsTheNameOfAnIndexOnAGraphicsCard() {
    index(
        "v",
        "index_type",
        "GPU_CAGRA",
        "metric_type",
        "COSINE",
        "graph_degree",
        "32",
        "elanus.built_as",
        "told before",
        "elanus.checksum",
        "abc");
    Proxy.IndexDescription described =
        cluster.proxy.describeIndexes("default", "c", "v").getFirst();
    assertThat(described.definition().parameters())
        .isEqualTo(
            Map.of("index_type", "GPU_CAGRA", "metric_type", "COSINE", "graph_degree", "32"));
    assertThat(described.builtAs()).isEqualTo("HNSW");
    index("w", "index_type", "HNSW", "metric_type", "IP");
    assertThat(cluster.proxy.describeIndexes("default", "c", "w").getFirst().builtAs()).isEmpty();
  }

  @Test
  void tellsWhatTheServerChoosesOverSparseRows() {
    cluster.root.execute(
        new Ddl.CreateCollection(
            "default",
            schema("d", id(), vector("v", 4), Field.of("s", DataType.SPARSE_FLOAT_VECTOR)),
            false,
            1,
            0,
            Consistency.BOUNDED,
            Map.of()));
    for (String field : List.of("s", "v")) {
      cluster.proxy.createIndex(
          new Proxy.CreateIndexRequest(
              "default", "d", field, "", Map.of("index_type", "autoindex")));
    }
    assertThat(cluster.proxy.describeIndexes("default", "d", "s").getFirst().builtAs())
        .isEqualTo("SPARSE_INVERTED_INDEX");
    assertThat(cluster.proxy.describeIndexes("default", "d", "v").getFirst().builtAs()).isEmpty();
  }

  @Test
  void indexesJsonPaths() {
    index("j", "index_type", "INVERTED", "json_path", "j['a']['b/c']", "json_cast_type", "DOUBLE");
    index("extra", "index_type", "INVERTED", "json_cast_type", "varchar");
    List<Proxy.IndexDescription> all = cluster.proxy.describeIndexes("default", "c", "");
    assertThat(all.get(0).definition().jsonPath()).isEqualTo("/a/b~1c");
    assertThat(all.get(0).definition().name()).isEqualTo("j/a/b~1c");
    assertThat(all.get(1).definition().jsonPath()).isEqualTo("/extra");
    assertThat(all.get(1).field()).isEqualTo("$meta");
  }

  @Test
  void refusesIndexesThatDoNotFit() {
    assertRefused(1100, "cannot create index on non-exist field: x", () -> index("x"));
    assertRefused(
        1100,
        "invalid parameter[expected=valid index][actual=invalid index type: NOPE]",
        () -> index("v", "index_type", "NOPE"));
    assertRefused(
        1100,
        "float vector index does not support metric type: HAMMING",
        () -> index("v", "metric_type", "HAMMING"));
    assertRefused(
        1100, "metric type not set for vector index", () -> index("v", "index_type", "HNSW"));
    assertRefused(
        1100, "only metric type can be passed when use AutoIndex", () -> index("v", "M", "4"));
    assertRefused(
        1101,
        "json index must specify cast type: missing parameter",
        () -> index("j", "index_type", "INVERTED", "json_path", "j['a']"));
    assertRefused(
        1100, "TRIE are only supported on varchar field", () -> index("n", "index_type", "Trie"));
    assertRefused(
        1100,
        "create bitmap index on primary key not supported",
        () -> index("id", "index_type", "BITMAP"));
    assertRefused(
        1100,
        "bitmap index are only supported on bool, int, string and array field",
        () -> index("f", "index_type", "BITMAP"));
    assertRefused(
        1100,
        "STL_SORT are only supported on numeric, varchar or timestamptz field, got Bool",
        () -> index("b", "index_type", "STL_SORT"));
    assertRefused(1100, "invalid index type: HNSW", () -> index("n", "index_type", "HNSW"));
    assertRefused(1100, "invalid mmap.enabled value", () -> index("n", "mmap.enabled", "x"));
    assertRefused(
        1100,
        "Invalid index name: 1i. The first character of a index name must be an underscore or letter.",
        () ->
            cluster.proxy.createIndex(
                new Proxy.CreateIndexRequest("default", "c", "v", "1i", Map.of())));
  }

  @Test
  void dropsAndAltersIndexes() {
    index("v");
    index("w");
    index("n");
    assertRefused(
        702, "there are multiple indexes", () -> cluster.proxy.dropIndex("default", "c", ""));
    cluster.proxy.dropIndex("default", "c", "nothing");
    load(0, List.of(), List.of());
    assertRefused(
        1100,
        "vector index cannot be dropped on loaded collection: " + idOf("c"),
        () -> cluster.proxy.dropIndex("default", "c", "v"));
    cluster.proxy.dropIndex("default", "c", "n");
    assertThat(cluster.index.definitions).hasSize(2);
    assertRefused(
        104,
        "can't alter index on loaded collection, please release the collection first: collection already loaded[collection=c]",
        () ->
            cluster.proxy.alterIndex(
                "default", "c", "v", Map.of("mmap.enabled", "true"), List.of()));
    assertRefused(
        1100,
        "M is not a configable index property",
        () -> cluster.proxy.alterIndex("default", "c", "v", Map.of("M", "1"), List.of()));
    assertRefused(
        1100,
        "cannot provide both DeleteKeys and ExtraParams",
        () ->
            cluster.proxy.alterIndex(
                "default", "c", "v", Map.of("warmup", "sync"), List.of("warmup")));
    assertRefused(
        1100,
        "index name is empty",
        () -> cluster.proxy.alterIndex("default", "c", "", Map.of("warmup", "sync"), List.of()));
    cluster.proxy.release("default", "c", List.of());
    cluster.proxy.dropIndex("default", "c", "v");
    assertThat(cluster.index.definitions).hasSize(1);
  }

  @Test
  void checksChangesOfTheCatalogue() {
    assertRefused(1100, "no properties or delete keys provided", () -> alter(Map.of(), List.of()));
    assertRefused(
        1100,
        "cannot delete key dynamicfield.enabled, dynamic field schema could support set to true/false",
        () -> alter(Map.of(), List.of("dynamicfield.enabled")));
    assertRefused(
        1100,
        "cannot alter dynamic schema with other properties at the same time",
        () -> alter(Map.of("dynamicfield.enabled", "true", "timezone", "UTC"), List.of()));
    alterField("n", Map.of("mmap.enabled", "true"));
    assertRefused(
        1100,
        "can not modify the maxlength for non-string types",
        () -> alterField("n", Map.of("max_length", "9")));
    assertRefused(
        1100,
        "dim does not allow update in collection field param",
        () -> alterField("v", Map.of("dim", "9")));
    index("v");
    index("w");
    load(0, List.of(), List.of());
    assertRefused(
        104,
        "can not alter mmap properties if collection loaded",
        () -> alter(Map.of("mmap.enabled", "true"), List.of()));
    assertRefused(
        104,
        "can not delete mmap properties if collection loaded",
        () -> alter(Map.of(), List.of("mmap.enabled")));
    assertRefused(
        104,
        "can not alter warmup properties if collection loaded",
        () -> alter(Map.of("warmup.vectorField", "sync"), List.of()));
    assertRefused(
        104,
        "can not alter collection field properties if collection loaded",
        () -> alterField("n", Map.of("mmap.enabled", "true")));
    assertRefused(
        104,
        "can not alter warmup if collection loaded",
        () -> alterField("n", Map.of("warmup", "sync")));
    alter(Map.of("collection.ttl.seconds", "10"), List.of());
  }

  private void alter(Map<String, String> set, List<String> delete) {
    cluster.proxy.execute(new Ddl.AlterCollection("default", "c", set, delete));
  }

  private void alterField(String field, Map<String, String> set) {
    cluster.proxy.execute(new Ddl.AlterField("default", "c", field, set, List.of()));
  }

  @Test
  void checksFieldsThatComeAndGo() {
    assertRefused(
        1100,
        "added field must be nullable, please check it, field name = x",
        () -> add(number("x")));
    assertRefused(
        1100, "not support to add pk field, field name = x", () -> add(number("x").primary()));
    assertRefused(
        1100,
        "not support to add partition key field, field name  = x",
        () -> add(number("x").partition()));
    assertRefused(
        1100,
        "clustering keys are not supported yet, field name = x",
        () -> add(number("x").orNull().clustered()));
    assertRefused(1100, "duplicated field name n", () -> add(number("n").orNull()));
    add(number("x").orNull());
    assertRefused(1100, "cannot drop primary key field: id", () -> drop("id"));
    assertRefused(1100, "field not found: nope", () -> drop("nope"));
    assertRefused(
        1100, "cannot drop dynamic field: $meta, use AlterCollection", () -> drop("$meta"));
    drop("v");
    cluster.collection(schema("one", id(), vector("v", 2)), false, 1);
    assertRefused(
        1100,
        "cannot drop the last vector field: v",
        () -> cluster.proxy.execute(new Ddl.DropField("default", "one", "v", 0)));
  }

  private void add(Field field) {
    cluster.proxy.execute(new Ddl.AddField("default", "c", field.build()));
  }

  private void drop(String field) {
    cluster.proxy.execute(new Ddl.DropField("default", "c", field, 0));
  }

  @Test
  void checksPartitionsDatabasesAndNames() {
    assertRefused(
        1100,
        "default partition cannot be deleted",
        () -> cluster.proxy.execute(new Ddl.DropPartition("default", "c", "_default")));
    cluster.proxy.execute(new Ddl.DropPartition("default", "c", "gone"));
    cluster.proxy.execute(new Ddl.CreatePartition("default", "c", "p"));
    cluster.proxy.forget(0);
    index("v");
    index("w");
    load(0, List.of(), List.of());
    assertRefused(
        1100,
        "partition cannot be dropped, partition is loaded, please release it first",
        () -> cluster.proxy.execute(new Ddl.DropPartition("default", "c", "p")));
    cluster.collection(schema("keyed", id(), vector("v", 2), number("k").partition()), false, 1);
    assertRefused(
        1100,
        "disable create partition if partition key mode is used",
        () -> cluster.proxy.execute(new Ddl.CreatePartition("default", "keyed", "p")));
    assertRefused(
        1100,
        "disable release partitions if partition key mode is used",
        () -> cluster.proxy.release("default", "keyed", List.of("_default_0")));
    assertRefused(
        1100,
        "collection name or database name should be different",
        () -> cluster.proxy.execute(new Ddl.RenameCollection("default", "c", "", "c")));
    assertRefused(
        1100,
        "alter database with empty properties and delete keys, expected to set either properties or delete keys",
        () -> cluster.proxy.execute(new Ddl.AlterDatabase("default", Map.of(), List.of())));
    assertRefused(
        1100,
        "alter database cannot modify properties and delete keys at the same time",
        () ->
            cluster.proxy.execute(
                new Ddl.AlterDatabase("default", Map.of("a", "b"), List.of("c"))));
    assertRefused(
        1100,
        "property database.colour of a database is not known",
        () ->
            cluster.proxy.execute(
                new Ddl.AlterDatabase("default", Map.of("database.colour", "b"), List.of())));
    assertRefused(
        1100,
        "property database.replica.number should be a number from 0, got three",
        () ->
            cluster.proxy.execute(
                new Ddl.AlterDatabase(
                    "default", Map.of("database.replica.number", "three"), List.of())));
    assertRefused(
        1600,
        "alias not found[database=default][alias=nick]",
        () -> cluster.proxy.describeAlias("default", "nick"));
    assertRefused(
        100,
        "collection not found[database=default][collection=nope]",
        () -> cluster.proxy.describeCollection("default", "nope"));
    assertRefused(800, "database not found[database=x]", () -> cluster.proxy.describeDatabase("x"));
  }

  @Test
  void cachesUntilToldToForget() {
    Catalogue.Collection collection = cluster.proxy.describeCollection("default", "c");
    int lookups = cluster.root.lookups;
    cluster.proxy.describeCollection("default", "c");
    assertThat(cluster.root.lookups).isEqualTo(lookups);
    cluster.root.aliases.add(new Catalogue.Alias("default", "nick", "c"));
    assertThat(cluster.proxy.describeCollection("default", "nick").id()).isEqualTo(collection.id());
    cluster.collection(schema("other", id(), vector("v", 2)), false, 1);
    cluster.root.aliases.set(0, new Catalogue.Alias("default", "nick", "other"));
    cluster.proxy.forget(idOf("other"));
    assertThat(cluster.proxy.describeCollection("default", "nick").name()).isEqualTo("other");
    assertThat(cluster.proxy.aliases("default", Optional.of("other"))).hasSize(1);
    assertThat(cluster.proxy.aliases("default", Optional.of("c"))).isEmpty();
  }

  @Test
  void resolvesNamesForMaintenance() {
    cluster.data.rowCounts.put(
        cluster.proxy.describeCollection("default", "c").partitions().getFirst().id(), 12L);
    assertThat(cluster.proxy.rowCounts("default", "c")).isEqualTo(Map.of("_default", 12L));
    assertThat(cluster.proxy.compact("default", "c", Optional.empty())).isEqualTo(-1);
    assertThat(cluster.proxy.flush("default", "c").timestamp()).isEqualTo(7);
    assertRefused(101, "collection not loaded", () -> cluster.proxy.placements("default", "c"));
    assertThat(cluster.proxy.flushed("default", "gone", List.of(1L), 5)).isTrue();
    assertThat(cluster.proxy.timestamp()).isLessThan(cluster.proxy.timestamp());
  }
}
