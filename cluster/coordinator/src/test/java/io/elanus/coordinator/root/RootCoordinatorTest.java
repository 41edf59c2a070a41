package io.elanus.coordinator.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.Cluster;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Segments;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RootCoordinatorTest {
  private final Cluster cluster = new Cluster();
  private final RootCoordinator root = cluster.root;

  /** Does it and says how it went. */
  private String outcome(Ddl command) {
    try {
      root.execute(command);
      return "ok";
    } catch (ElanusException e) {
      return e.code().milvusCode() + " " + e.getMessage();
    }
  }

  private static Ddl.CreateCollection create(String name, FieldSchema... more) {
    return new Ddl.CreateCollection(
        "default", Cluster.schema(name, more), false, 1, 0, Consistency.BOUNDED, Map.of());
  }

  private Catalogue.Collection collection(String name) {
    return root.findCollection("default", name).orElseThrow();
  }

  private static FieldSchema keyField(String name) {
    return new FieldSchema(
        0,
        name,
        "",
        DataType.INT64,
        Optional.empty(),
        false,
        false,
        true,
        false,
        false,
        false,
        Optional.empty(),
        Map.of());
  }

  @Test
  void aCollectionGetsIdsChannelsAndPartitions() {
    root.execute(
        new Ddl.CreateCollection(
            "default", Cluster.schema("c"), true, 2, 0, Consistency.STRONG, Map.of("a", "b")));
    Catalogue.Collection made = collection("c");
    assertThat(made.schema().fields())
        .extracting(field -> field.id() + " " + field.name())
        .containsExactly("100 id", "101 vector", "102 $meta");
    assertThat(made.schema().nextFieldId()).isEqualTo(103);
    assertThat(made.channels())
        .containsExactly("elanus-dml_0_" + made.id() + "v0", "elanus-dml_0_" + made.id() + "v1");
    assertThat(made.partitions()).extracting(Catalogue.Partition::name).containsExactly("_default");
    assertThat(made.properties()).containsEntry("a", "b");
    assertThat(made.updateTimestamp()).isEqualTo(made.createdTimestamp()).isPositive();
  }

  @Test
  void aPartitionKeyMakesPartitions() {
    root.execute(create("c", keyField("k")));
    assertThat(collection("c").partitions())
        .hasSize(16)
        .extracting(Catalogue.Partition::name)
        .startsWith("_default_0", "_default_1")
        .endsWith("_default_15");
    assertThat(outcome(new Ddl.CreatePartition("default", "c", "p")))
        .isEqualTo(
            "1100 disable create partition if partition key mode is used: invalid parameter");
  }

  @Test
  void collectionsAnswerAsTheMatrixSays() {
    assertThat(outcome(create("c"))).isEqualTo("ok");
    long id = collection("c").id();
    assertThat(outcome(create("c"))).isEqualTo("ok");
    assertThat(collection("c").id()).isEqualTo(id);
    assertThat(outcome(create("c", Cluster.field("x", DataType.INT8, false, true))))
        .isEqualTo(
            "1100 create duplicate collection with different parameters, collection: c: invalid"
                + " parameter");
    assertThat(outcome(new Ddl.DropCollection("default", "missing"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.DropCollection("missing", "missing"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.RenameCollection("default", "missing", "", "d")))
        .isEqualTo("100 collection not found[database=default][collection=missing]");
    assertThat(outcome(new Ddl.DropCollection("default", "c"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.DropCollection("default", "c"))).isEqualTo("ok");
    assertThat(root.findCollection("default", "c")).isEmpty();
    assertThat(outcome(create("c"))).isEqualTo("ok");
    assertThat(collection("c").id()).isNotEqualTo(id);
  }

  @Test
  void aliasesAnswerAsTheMatrixSays() {
    root.execute(create("c"));
    root.execute(create("d"));
    assertThat(outcome(new Ddl.CreateAlias("default", "a", "missing")))
        .isEqualTo("100 collection not found[database=default][collection=missing]");
    assertThat(outcome(new Ddl.AlterAlias("default", "a", "c")))
        .isEqualTo("1600 alias not found[database=default][alias=a]");
    assertThat(outcome(new Ddl.CreateAlias("default", "a", "c"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.CreateAlias("default", "a", "c"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.CreateAlias("default", "a", "d")))
        .isEqualTo(
            "1602 a is alias to another collection: c: alias already"
                + " exist[database=default][alias=a]");
    assertThat(outcome(new Ddl.CreateAlias("default", "d", "c")))
        .isEqualTo("1601 alias and collection name conflict[database=default][alias=d]");
    assertThat(outcome(new Ddl.CreateAlias("default", "b", "a"))).startsWith("1601");
    assertThat(outcome(create("a"))).startsWith("1601");
    assertThat(collection("a").name()).isEqualTo("c");
    assertThat(outcome(new Ddl.AlterAlias("default", "a", "d"))).isEqualTo("ok");
    assertThat(collection("a").name()).isEqualTo("d");
    assertThat(outcome(new Ddl.DropCollection("default", "a")))
        .startsWith("1100 cannot drop the collection via alias = a");
    assertThat(outcome(new Ddl.DropCollection("default", "d")))
        .startsWith(
            "1100 unable to drop the collection [d] because it has associated aliases [a], please"
                + " remove all aliases before dropping the collection");
    assertThat(outcome(new Ddl.RenameCollection("default", "a", "", "e")))
        .startsWith("1100 unsupported use an alias to rename collection, alias:a");
    assertThat(outcome(new Ddl.DropAlias("default", "a"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.DropAlias("default", "a")))
        .isEqualTo("1600 alias not found[database=default][alias=a]");
  }

  @Test
  void databasesAnswerAsTheMatrixSays() {
    assertThat(outcome(new Ddl.CreateDatabase("db", Map.of("k", "v")))).isEqualTo("ok");
    assertThat(outcome(new Ddl.CreateDatabase("db", Map.of())))
        .isEqualTo("1100 database already exist: db: invalid parameter");
    assertThat(outcome(new Ddl.DropDatabase("default"))).startsWith("1100 can not drop default");
    assertThat(outcome(new Ddl.DropDatabase("missing"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.AlterDatabase("missing", Map.of("a", "b"), List.of())))
        .isEqualTo("800 database not found[database=missing]");
    assertThat(outcome(new Ddl.AlterDatabase("db", Map.of(), List.of())))
        .startsWith(
            "1100 alter database with empty properties and delete keys, expected to set either"
                + " properties or delete keys");
    assertThat(outcome(new Ddl.AlterDatabase("db", Map.of("x", "y"), List.of()))).isEqualTo("ok");
    assertThat(root.databases())
        .extracting(database -> database.id() + database.name())
        .startsWith("1default")
        .hasSize(2);
    assertThat(root.databases().getLast().properties()).isEqualTo(Map.of("k", "v", "x", "y"));
    root.execute(create("c"));
    assertThat(outcome(new Ddl.RenameCollection("default", "c", "db", "c"))).isEqualTo("ok");
    assertThat(root.collections("db")).hasSize(1);
    assertThat(outcome(new Ddl.DropDatabase("db")))
        .startsWith("1100 database:db not empty, must drop all collections before drop database");
    root.execute(new Ddl.DropCollection("db", "c"));
    assertThat(outcome(new Ddl.DropDatabase("db"))).isEqualTo("ok");
    assertThatThrownBy(() -> root.collections("db")).hasMessage("database not found[database=db]");
    for (int i = root.databases().size(); i < 64; i++) {
      root.execute(new Ddl.CreateDatabase("db" + i, Map.of()));
    }
    assertThat(outcome(new Ddl.CreateDatabase("onemore", Map.of())))
        .isEqualTo("801 exceeded the limit number of database[limit=64]");
  }

  @Test
  void renamingKeepsTheIdAndIsRefusedInConflict() {
    root.execute(create("c"));
    root.execute(create("d"));
    long id = collection("c").id();
    long updated = collection("c").updateTimestamp();
    assertThat(outcome(new Ddl.RenameCollection("default", "c", "", "c")))
        .startsWith("1100 collection name or database name should be different");
    assertThat(outcome(new Ddl.RenameCollection("default", "c", "", "d")))
        .startsWith(
            "1100 duplicated new collection name default:d with other collection name or alias");
    assertThat(outcome(new Ddl.RenameCollection("default", "c", "", "e"))).isEqualTo("ok");
    assertThat(collection("e").id()).isEqualTo(id);
    assertThat(collection("e").updateTimestamp()).isEqualTo(updated);
    root.execute(new Ddl.CreateDatabase("db", Map.of()));
    root.execute(new Ddl.CreateAlias("default", "a", "e"));
    assertThat(outcome(new Ddl.RenameCollection("default", "e", "db", "e")))
        .startsWith(
            "1100 fail to rename db name, must drop all aliases of this collection before rename");
  }

  @Test
  void partitionsAnswerAsTheMatrixSays() {
    root.execute(create("c"));
    assertThat(outcome(new Ddl.CreatePartition("default", "missing", "p"))).startsWith("100 ");
    assertThat(outcome(new Ddl.CreatePartition("default", "c", "p"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.CreatePartition("default", "c", "p"))).isEqualTo("ok");
    assertThat(collection("c").partitions()).hasSize(2);
    long p = collection("c").partition("p").orElseThrow().id();
    assertThat(outcome(new Ddl.DropPartition("default", "c", "_default")))
        .startsWith("1100 default partition cannot be deleted");
    cluster.query.load(new QueryCoord.Load(collection("c").id(), Set.of(p), 1, Set.of(), false));
    assertThat(outcome(new Ddl.DropPartition("default", "c", "p")))
        .startsWith(
            "1100 partition cannot be dropped, partition is loaded, please release it first");
    cluster.query.release(collection("c").id(), Set.of());
    assertThat(outcome(new Ddl.DropPartition("default", "c", "p"))).isEqualTo("ok");
    assertThat(outcome(new Ddl.DropPartition("default", "c", "p"))).isEqualTo("ok");
    assertThat(cluster.node.calls)
        .contains("dropPartition(" + collection("c").channels().getFirst() + " " + p + ")");
  }

  @Test
  void limitsHold() {
    root.execute(new Ddl.CreateDatabase("small", Map.of("database.max.collections", "1")));
    root.execute(
        new Ddl.CreateCollection(
            "small", Cluster.schema("c"), false, 1, 0, Consistency.STRONG, Map.of()));
    assertThat(
            outcome(
                new Ddl.CreateCollection(
                    "small", Cluster.schema("d"), false, 1, 0, Consistency.STRONG, Map.of())))
        .startsWith("102 exceeded the limit number of collections");
    assertThat(
            outcome(
                new Ddl.CreateCollection(
                    "default",
                    Cluster.schema("k", keyField("k")),
                    false,
                    1,
                    1025,
                    Consistency.STRONG,
                    Map.of())))
        .startsWith("1100 partition number (1025) exceeds max configuration (1024)");
    for (int i = 0; i < 4; i++) {
      root.execute(
          new Ddl.CreateCollection(
              "default",
              Cluster.schema("k" + i, keyField("k")),
              false,
              16,
              1023,
              Consistency.STRONG,
              Map.of()));
    }
    assertThat(
            outcome(
                new Ddl.CreateCollection(
                    "default",
                    Cluster.schema("full", keyField("k")),
                    false,
                    16,
                    1024,
                    Consistency.STRONG,
                    Map.of())))
        .startsWith("250 ");
  }

  @Test
  void fieldsComeAndGoWithNewIdsAndVersions() {
    root.execute(create("c"));
    long updated = collection("c").updateTimestamp();
    FieldSchema added = Cluster.field("x", DataType.INT32, false, true);
    assertThat(outcome(new Ddl.AddField("default", "c", added))).isEqualTo("ok");
    CollectionSchema schema = collection("c").schema();
    assertThat(schema.version()).isEqualTo(1);
    assertThat(schema.field("x").orElseThrow().id()).isEqualTo(102);
    assertThat(collection("c").updateTimestamp()).isGreaterThan(updated);
    assertThat(cluster.node.schemas.get(collection("c").channels().getFirst())).isEqualTo(schema);
    assertThat(outcome(new Ddl.AddField("default", "c", added)))
        .startsWith("1100 duplicated field name x");
    assertThat(outcome(new Ddl.DropField("default", "c", "", 102))).isEqualTo("ok");
    assertThat(outcome(new Ddl.AddField("default", "c", added))).isEqualTo("ok");
    assertThat(collection("c").schema().field("x").orElseThrow().id()).isEqualTo(103);
    assertThat(collection("c").schema().droppedFieldIds()).containsExactly(102L);
    assertThat(outcome(new Ddl.DropField("default", "c", "nix", 0)))
        .startsWith("1100 field not found: nix");
    assertThat(outcome(new Ddl.DropField("default", "c", "id", 0)))
        .startsWith("1100 cannot drop primary key field: id");
    assertThat(outcome(new Ddl.DropField("default", "c", "vector", 0)))
        .startsWith("1100 cannot drop the last vector field: vector");
    assertThat(
            outcome(
                new Ddl.AddField("default", "c", Cluster.field("y", DataType.INT8, false, false))))
        .startsWith("1100 added field must be nullable, please check it, field name = y");
    assertThat(
            outcome(
                new Ddl.AddField("default", "c", Cluster.field("y", DataType.INT64, true, false))))
        .startsWith("1100 not support to add pk field, field name = y");
    assertThat(outcome(new Ddl.AddField("default", "c", keyField("y"))))
        .startsWith("1100 not support to add partition key field, field name  = y");
  }

  @Test
  void aDroppedFieldTakesItsIndexAlong() {
    root.execute(create("c", Cluster.field("x", DataType.INT32, false, true)));
    long id = collection("c").id();
    cluster.index.create(
        new IndexCoord.Definition(0, id, 102, "x", "", Map.of("index_type", "INVERTED"), 0));
    root.execute(new Ddl.DropField("default", "c", "x", 0));
    assertThat(cluster.index.definitions(id)).isEmpty();
  }

  @Test
  void propertiesDescriptionConsistencyAndDynamicFieldAreAltered() {
    root.execute(create("c"));
    long updated = collection("c").updateTimestamp();
    assertThat(outcome(new Ddl.AlterCollection("default", "c", Map.of(), List.of())))
        .startsWith("1100 no properties or delete keys provided");
    root.execute(
        new Ddl.AlterCollection(
            "default",
            "c",
            Map.of(
                "collection.ttl.seconds", "60",
                "collection.description", "text",
                "consistency_level", "Strong"),
            List.of()));
    assertThat(collection("c").properties()).isEqualTo(Map.of("collection.ttl.seconds", "60"));
    assertThat(collection("c").schema().description()).isEqualTo("text");
    assertThat(collection("c").consistency()).isEqualTo(Consistency.STRONG);
    assertThat(collection("c").updateTimestamp()).isEqualTo(updated);
    assertThat(
            outcome(
                new Ddl.AlterCollection(
                    "default", "c", Map.of("dynamicfield.enabled", "true", "a", "b"), List.of())))
        .startsWith("1100 cannot alter dynamic schema with other properties at the same time");
    assertThat(
            outcome(
                new Ddl.AlterCollection("default", "c", Map.of(), List.of("dynamicfield.enabled"))))
        .startsWith(
            "1100 cannot delete key dynamicfield.enabled, dynamic field schema could support set"
                + " to true/false");
    root.execute(
        new Ddl.AlterCollection("default", "c", Map.of("dynamicfield.enabled", "true"), List.of()));
    assertThat(collection("c").schema().dynamicField().orElseThrow().id()).isEqualTo(102);
    assertThat(collection("c").schema().version()).isEqualTo(1);
    root.execute(
        new Ddl.AlterCollection(
            "default", "c", Map.of("dynamicfield.enabled", "false"), List.of()));
    assertThat(collection("c").schema().enableDynamicField()).isFalse();
    cluster.query.load(new QueryCoord.Load(collection("c").id(), Set.of(), 1, Set.of(), false));
    assertThat(
            outcome(
                new Ddl.AlterCollection("default", "c", Map.of("mmap.enabled", "true"), List.of())))
        .isEqualTo(
            "104 can not alter mmap properties if collection loaded: collection already"
                + " loaded[collection=c]");
    assertThat(
            outcome(
                new Ddl.AlterField(
                    "default", "c", "vector", Map.of("mmap.enabled", "true"), List.of())))
        .startsWith("104 can not alter collection field properties if collection loaded");
  }

  @Test
  void fieldParametersAreAltered() {
    root.execute(create("c", Cluster.field("x", DataType.VARCHAR, false, true)));
    assertThat(
            outcome(
                new Ddl.AlterField("default", "c", "x", Map.of("max_length", "100"), List.of())))
        .isEqualTo("ok");
    assertThat(collection("c").schema().field("x").orElseThrow().maxLength()).isEqualTo(100);
    assertThat(
            outcome(new Ddl.AlterField("default", "c", "x", Map.of("max_length", "0"), List.of())))
        .startsWith(
            "1100 the maximum length specified for the field(x) should be in (0, 65535], but got 0"
                + " instead");
    assertThat(
            outcome(new Ddl.AlterField("default", "c", "id", Map.of("max_length", "9"), List.of())))
        .startsWith("1100 can not modify the maxlength for non-string types");
    assertThat(outcome(new Ddl.AlterField("default", "c", "vector", Map.of("dim", "8"), List.of())))
        .startsWith("1100 dim does not allow update in collection field param");
    assertThat(outcome(new Ddl.AlterField("default", "c", "x", Map.of(), List.of("max_length"))))
        .startsWith("1100 max_length is not allowed to drop in collection field param");
    assertThat(
            outcome(new Ddl.AlterField("default", "c", "no", Map.of("max_length", "9"), List.of())))
        .isEqualTo("1700 field not found[field=no]");
  }

  @Test
  void aNewCoordinatorKnowsTheSame() {
    root.execute(new Ddl.CreateDatabase("db", Map.of("k", "v")));
    root.execute(create("c", Cluster.field("x", DataType.VARCHAR, false, true)));
    root.execute(new Ddl.CreateAlias("default", "a", "c"));
    root.execute(new Ddl.CreatePartition("default", "c", "p"));
    root.execute(new Ddl.DropField("default", "c", "x", 0));
    Cluster next = cluster.restarted();
    next.start();
    assertThat(next.root.databases()).isEqualTo(root.databases());
    assertThat(next.root.collections("default")).isEqualTo(root.collections("default"));
    assertThat(next.root.aliases("default")).isEqualTo(root.aliases("default"));
    long later = next.root.allocateTimestamps(1).first();
    assertThat(later).isGreaterThan(collection("c").updateTimestamp());
    next.root.execute(new Ddl.DropAlias("default", "a"));
    assertThatThrownBy(() -> root.execute(create("again")))
        .hasMessageContaining("another coordinator has taken over");
  }

  @Test
  void aSchemaChangeThatFailedHalfWayIsFinishedByTheNextProcess() {
    root.execute(create("c"));
    cluster.node.failures.addAll(List.of("changeSchema", "changeSchema"));
    FieldSchema added = Cluster.field("x", DataType.INT32, false, true);
    assertThat(outcome(new Ddl.AddField("default", "c", added))).startsWith("2 planned failure");
    assertThat(collection("c").schema().version()).isZero();
    assertThat(outcome(new Ddl.AddField("default", "c", added)))
        .startsWith("2 an earlier schema change is still being carried out");
    Cluster next = cluster.restarted();
    next.start();
    CollectionSchema schema = next.root.findCollection("default", "c").orElseThrow().schema();
    assertThat(schema.version()).isEqualTo(1);
    assertThat(schema.field("x")).isPresent();
  }

  @Test
  void aTruncationThatWasCutOffIsFinishedByTheNextProcessAtItsOwnTime() {
    root.execute(create("c"));
    Catalogue.Collection made = collection("c");
    cluster.data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, Cluster.segment(made, 1, 10));
    cluster.node.failures.addAll(List.of("truncate", "truncate"));
    assertThat(outcome(new Ddl.Truncate("default", "c"))).contains("planned failure");
    long later = root.allocateTimestamps(1).first();
    cluster.publish(1, Cluster.segment(made, 2, 10, Segments.State.FLUSHED, later));
    Cluster next = cluster.killed();
    next.start();
    assertThat(next.data.segments(made.id())).extracting(Segments.Segment::id).containsExactly(2L);
    assertThat(next.data.truncatedUpTo(made.channels().getFirst()))
        .isEqualTo(next.node.truncations.getFirst())
        .isLessThan(later);
    next.restarted().start();
    assertThat(next.node.truncations).as("nothing is left to do").hasSize(1);
  }

  @Test
  void aTruncationOfWhatWasDroppedMeanwhileIsForgotten() {
    root.execute(create("c"));
    cluster.node.failures.addAll(List.of("truncate", "truncate"));
    assertThat(outcome(new Ddl.Truncate("default", "c"))).contains("planned failure");
    root.execute(new Ddl.DropCollection("default", "c"));
    Cluster next = cluster.killed();
    next.start();
    assertThat(next.node.truncations).isEmpty();
    assertThat(next.metadata.range("root/record/truncation/")).isEmpty();
  }

  @Test
  void aDropIsDoneEvenWhenTheOwnerIsAwayAndFinishedLater() {
    root.execute(create("c"));
    String channel = collection("c").channels().getFirst();
    cluster.node.failures.addAll(List.of("dropShard", "dropShard"));
    assertThat(outcome(new Ddl.DropCollection("default", "c"))).isEqualTo("ok");
    assertThat(root.findCollection("default", "c")).isEmpty();
    assertThat(outcome(create("c"))).isEqualTo("ok");
    cluster.node.calls.clear();
    cluster.background.runDelayed();
    assertThat(cluster.node.calls).containsExactly("dropShard(" + channel + ")");
    cluster.node.calls.clear();
    cluster.restarted().start();
    assertThat(cluster.node.calls).noneMatch(call -> call.startsWith("dropShard"));
  }

  @Test
  void proxiesForgetBeforeACommandReturns() {
    root.execute(create("c"));
    cluster.forgotten.clear();
    root.execute(new Ddl.CreateAlias("default", "a", "c"));
    assertThat(cluster.forgotten).containsOnly(collection("c").id());
  }

  @Test
  void racingCommandsAgree() throws Exception {
    List<Callable<String>> commands = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int n = i;
      commands.add(() -> outcome(create("c")));
      commands.add(() -> outcome(create("own" + n)));
      commands.add(() -> outcome(new Ddl.CreateDatabase("db", Map.of())));
    }
    List<String> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> future : threads.invokeAll(commands)) {
        outcomes.add(future.get());
      }
    }
    assertThat(outcomes).filteredOn(text -> text.startsWith("1100 database already")).hasSize(7);
    assertThat(outcomes).filteredOn("ok"::equals).hasSize(17);
    assertThat(root.collections("default")).hasSize(9);
    assertThat(cluster.restarted().root.collections("default"))
        .isEqualTo(root.collections("default"));
  }
}
