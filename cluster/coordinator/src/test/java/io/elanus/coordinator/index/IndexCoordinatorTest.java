package io.elanus.coordinator.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.Cluster;
import io.elanus.coordinator.FakeNode;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.IndexCoord.BuildState;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.IndexNode;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Segments;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IndexCoordinatorTest {
  private static final Map<String, String> HNSW =
      Map.of("index_type", "HNSW", "metric_type", "L2", "M", "16");

  private final Cluster cluster = new Cluster();
  private final IndexCoordinator index = cluster.index;
  private final Catalogue.Collection collection = cluster.create("c");

  @BeforeEach
  void own() {
    cluster.data.grant(Cluster.CHANNEL, 1);
    cluster.node.calls.clear();
  }

  private Definition definition(
      long field, String name, String path, Map<String, String> parameters) {
    return new Definition(0, collection.id(), field, name, path, parameters, 0);
  }

  private Definition create() {
    index.create(definition(101, "v", "", HNSW));
    return index.definition(collection.id(), 101).orElseThrow();
  }

  private IndexCoord.Progress progress(Definition definition) {
    return index.progress(collection.id(), definition.id());
  }

  @Test
  void theSameIsFineAndConflictsAreRefused() {
    Definition made = create();
    assertThat(made.id()).isPositive();
    assertThat(made.createdTimestamp()).isPositive();
    assertThat(cluster.forgotten).contains(collection.id());
    index.create(definition(101, "v", "", HNSW));
    assertThat(index.definitions(collection.id())).containsExactly(made);
    assertThatThrownBy(() -> index.create(definition(101, "v", "", Map.of("index_type", "FLAT"))))
        .hasMessage("at most one distinct index is allowed per field: invalid parameter");
    assertThatThrownBy(() -> index.create(definition(101, "w", "", HNSW)))
        .hasMessage(
            "CreateIndex failed: creating multiple indexes on same field is not supported: invalid"
                + " parameter");
    index.create(definition(102, "j1", "$.a", Map.of("index_type", "INVERTED")));
    index.create(definition(102, "j2", "$.b", Map.of("index_type", "INVERTED")));
    assertThat(index.definitions(collection.id())).hasSize(3);
  }

  @Test
  void anEmptyCollectionIsFinishedAtOnce() {
    assertThat(progress(create())).isEqualTo(IndexCoord.Progress.EMPTY);
  }

  @Test
  void smallVectorSegmentsAreNotIndexedScalarsAlwaysAre() {
    create();
    index.create(definition(100, "i", "", Map.of("index_type", "STL_SORT")));
    cluster.publish(1, Cluster.segment(collection, 1, 1023), Cluster.segment(collection, 2, 1024));
    assertThat(cluster.node.calls)
        .containsExactlyInAnyOrder("build(2 v)", "build(1 i)", "build(2 i)");
    assertThat(index.files(List.of(1L, 2L))).hasSize(3);
    assertThat(progress(index.definition(collection.id(), 101).orElseThrow()))
        .isEqualTo(
            new IndexCoord.Progress(
                BuildState.FINISHED,
                "",
                2047,
                2047,
                1,
                new IndexCoord.Measured(1, 10, 10, 0, List.of(), Optional.empty())));
  }

  @Test
  void indexesOnExistingDataAreBuiltAndBuiltOnce() {
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    Definition made = create();
    assertThat(cluster.node.calls).containsExactly("build(1 v)");
    index.refresh(collection.id());
    cluster.restarted().start();
    assertThat(cluster.node.calls).containsExactly("build(1 v)");
    assertThat(cluster.restarted().index.definitions(collection.id())).containsExactly(made);
    assertThat(cluster.restarted().index.files(List.of(1L))).hasSize(1);
  }

  @Test
  void aFailedBuildIsRepeatedThenGivenUpThenTriedAgain() {
    cluster.node.failure = ErrorCode.IO_FAILED;
    cluster.node.failures.addAll(List.of("build", "build", "build"));
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    Definition made = create();
    assertThat(progress(made).state()).isEqualTo(BuildState.IN_PROGRESS);
    assertThat(index.complete(collection.id(), List.of(1L))).isEmpty();
    cluster.background.runDelayed();
    cluster.background.runDelayed();
    assertThat(progress(made).state()).isEqualTo(BuildState.FAILED);
    assertThat(progress(made).failReason()).contains("planned failure");
    assertThat(index.complete(collection.id(), List.of(1L))).containsExactly(1L);
    index.refresh(collection.id());
    assertThat(progress(made).state()).isEqualTo(BuildState.FAILED);
    cluster.millis.addAndGet(61_000);
    index.refresh(collection.id());
    assertThat(progress(made).state()).isEqualTo(BuildState.FINISHED);
  }

  @Test
  void whatRunningBuildsHaveDoneCountsForTheirRows() {
    cluster.publish(1, Cluster.segment(collection, 1, 6000));
    Definition made = create();
    cluster.node.failures.add("build");
    cluster.publish(1, Cluster.segment(collection, 2, 2000));
    assertThat(progress(made).done()).isEqualTo(0.75);
    cluster.node.running =
        List.of(
            new IndexNode.Running(2, made.id(), 0.5), new IndexNode.Running(2, made.id() + 1, 1));
    assertThat(progress(made).done()).isEqualTo(0.875);
    cluster.background.runDelayed();
    assertThat(progress(made).done()).isEqualTo(1);
  }

  @Test
  void anIndexNodeThatDoesNotTellHowFarItIsCountsForNothing() {
    cluster.publish(1, Cluster.segment(collection, 1, 6000));
    Definition made = create();
    cluster.node.failures.add("build");
    cluster.publish(1, Cluster.segment(collection, 2, 2000));
    cluster.node.running = List.of(new IndexNode.Running(2, made.id(), 0.5));
    cluster.node.failures.add("running");
    assertThat(progress(made).done()).isEqualTo(0.75);
    assertThat(cluster.node.failures).isEmpty();
    assertThat(progress(made).done()).isEqualTo(0.875);
  }

  @Test
  void anotherNodeBuildsWhatOneThatIsGoneBegan() {
    var other = new FakeNode();
    cluster.indexNodes.put(2L, other);
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    cluster.node.failures.add("build");
    Definition made = create();
    assertThat(other.calls).containsExactly("build(1 v)");
    assertThat(progress(made).state()).isEqualTo(BuildState.FINISHED);
  }

  @Test
  void whileNoIndexNodeIsThereBuildsWaitAndDoNotFail() {
    cluster.indexNodes.clear();
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    Definition made = create();
    for (int i = 0; i < 5; i++) {
      cluster.background.runDelayed();
    }
    assertThat(progress(made).state()).isEqualTo(BuildState.IN_PROGRESS);
    cluster.indexNodes.put(7L, cluster.node);
    cluster.background.runDelayed();
    assertThat(progress(made).state()).isEqualTo(BuildState.FINISHED);
  }

  @Test
  void progressIsToldByAllNodes() {
    var other = new FakeNode();
    cluster.publish(1, Cluster.segment(collection, 1, 6000));
    Definition made = create();
    cluster.node.failures.add("build");
    cluster.publish(1, Cluster.segment(collection, 2, 2000));
    cluster.indexNodes.put(2L, other);
    cluster.node.running = List.of(new IndexNode.Running(2, made.id(), 0.1));
    other.running = List.of(new IndexNode.Running(2, made.id(), 0.5));
    assertThat(progress(made).done()).isEqualTo(0.875);
  }

  @Test
  void anIndexThatNoBuildRunsForAsksNoNode() {
    cluster.node.failure = ErrorCode.IO_FAILED;
    cluster.node.failures.addAll(List.of("build", "build", "build"));
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    Definition made = create();
    cluster.background.runDelayed();
    cluster.background.runDelayed();
    cluster.node.calls.clear();
    assertThat(progress(made).state()).isEqualTo(BuildState.FAILED);
    assertThat(progress(made).done()).isZero();
    assertThat(cluster.node.calls).isEmpty();
  }

  @Test
  void aDamagedFileIsBuiltAnewUnderAnotherKey() {
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    Definition made = create();
    Segments.IndexFile first = index.files(List.of(1L)).getFirst();
    put(first.object());
    index.damaged(first);
    Segments.IndexFile second = index.files(List.of(1L)).getFirst();
    assertThat(second.object()).isEqualTo(first.object() + ".1");
    put(second.object());
    index.damaged(first); // a node that was slow
    assertThat(index.files(List.of(1L))).containsExactly(second);
    assertThat(cluster.node.calls.stream().filter("build(1 v)"::equals)).hasSize(2);
    assertThat(index.statistics().damaged()).isEqualTo(1);
    assertThat(progress(made).state()).isEqualTo(BuildState.FINISHED);

    cluster.restarted().start();
    assertThat(cluster.restarted().index.files(List.of(1L))).containsExactly(second);
    assertThat(cluster.objects.exists(second.object())).isTrue();
    cluster.millis.addAndGet(31 * 60_000);
    index.refresh(collection.id());
    assertThat(cluster.objects.exists(first.object())).isFalse();
    index.damaged(second);
    assertThat(index.files(List.of(1L)).getFirst().object()).isEqualTo(first.object());
  }

  @Test
  void whatCannotBeUsedHoweverOftenItIsBuiltIsLeft() {
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    create();
    for (int round = 0; round < 6; round++) {
      index.damaged(index.files(List.of(1L)).getFirst());
    }
    assertThat(cluster.node.calls.stream().filter("build(1 v)"::equals)).hasSize(4);
    assertThat(index.files(List.of(1L))).hasSize(1);
  }

  @Test
  void droppingForgetsFilesAndRemovesThemLater() {
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    Definition made = create();
    Segments.IndexFile file = index.files(List.of(1L)).getFirst();
    try (ObjectWriter writer = cluster.objects.create(file.object())) {
      writer.write(ByteBuffer.allocate(1));
      writer.commit();
    }
    index.drop(collection.id(), made.id());
    index.drop(collection.id(), made.id());
    assertThat(index.files(List.of(1L))).isEmpty();
    assertThat(cluster.objects.exists(file.object())).isTrue();
    assertThatThrownBy(() -> progress(made)).hasMessageStartingWith("index not found");
    create();
    cluster.millis.addAndGet(31 * 60_000);
    index.refresh(collection.id());
    assertThat(cluster.objects.exists(file.object())).isFalse();
  }

  @Test
  void droppingEndsTheBuildsThatRun() {
    FakeNode other = new FakeNode();
    cluster.indexNodes.put(2L, other);
    Definition made = create();
    cluster.node.building = segment -> index.drop(collection.id(), made.id());
    cluster.node.failure = ErrorCode.CANCELLED;
    cluster.node.failures.add("build");
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    String cancelled = "cancel(1 " + made.id() + ")";
    assertThat(cluster.node.calls).containsOnlyOnce("build(1 v)", cancelled);
    assertThat(other.calls).contains(cancelled).doesNotContain("build(1 v)");
    assertThat(index.files(List.of(1L))).isEmpty();
  }

  @Test
  void droppingTheCollectionEndsItsBuilds() {
    Definition made = create();
    cluster.node.building = segment -> index.dropCollection(collection.id());
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    assertThat(cluster.node.calls).contains("cancel(1 " + made.id() + ")");
  }

  private void put(String key) {
    try (ObjectWriter writer = cluster.objects.create(key)) {
      writer.write(ByteBuffer.allocate(1));
      writer.commit();
    }
  }

  @Test
  void filesThatADeadProcessBuiltAndNeverRecordedAreSwept() {
    cluster.node.failures.add("build"); // after it has written the file, say
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    Definition made = create();
    String folder = "indexes/" + collection.id() + "/";
    put(folder + "1/" + made.id());
    put(folder + "77/" + made.id()); // of a segment that is no more
    put(folder + "1/5"); // of an index that is no more
    put("indexes/4711/1/1"); // of a collection that is no more
    Cluster next = cluster.killed();
    next.start();
    assertThat(next.objects.list("indexes/"))
        .extracting(ObjectInfo::key)
        .containsExactly(folder + "1/" + made.id());
    assertThat(next.index.files(List.of(1L))).hasSize(1);
  }

  @Test
  void aBuildThatRunsMayRecordItsFile() {
    Definition made = create();
    String object = "indexes/" + collection.id() + "/1/" + made.id();
    List<Runnable> builds = new ArrayList<>();
    cluster.lowPriority = builds::add;
    cluster.publish(1, Cluster.segment(collection, 1, 2000));
    put(object);
    cluster.root.execute(new Ddl.Truncate("default", "c")); // the segment goes
    index.start();
    assertThat(cluster.objects.exists(object)).isTrue();
    builds.forEach(Runnable::run);
    index.refresh(collection.id());
    assertThat(cluster.objects.exists(object)).as("until the grace time is over").isTrue();
    cluster.millis.addAndGet(31 * 60_000);
    index.refresh(collection.id());
    assertThat(cluster.objects.exists(object)).isFalse();
  }

  @Test
  void filesOfDroppedSegmentsAreLetGo() {
    index.create(definition(100, "i", "", Map.of("index_type", "STL_SORT")));
    cluster.publish(
        1,
        Cluster.segment(collection, 1, 2000),
        Cluster.segment(collection, 2, 2000),
        Cluster.segment(collection, 3, 2000)); // merged at once
    assertThat(index.files(List.of(1L, 2L, 3L))).isEmpty();
    long output = cluster.data.segments(collection.id()).getFirst().id();
    assertThat(index.files(List.of(output))).hasSize(1);
  }

  @Test
  void aLoadedVectorIndexIsNeitherDroppedNorAltered() {
    Definition made = create();
    index.alter(collection.id(), made.id(), Map.of("mmap.enabled", "true"), List.of());
    assertThat(index.definition(collection.id(), 101).orElseThrow().parameters())
        .containsEntry("mmap.enabled", "true");
    index.create(definition(101, "v", "", HNSW));
    assertThatThrownBy(() -> index.alter(collection.id(), made.id(), Map.of("M", "8"), List.of()))
        .hasMessageStartingWith("M is not a configable index property");
    assertThatThrownBy(
            () -> index.alter(collection.id(), 4711, Map.of("mmap.enabled", "true"), List.of()))
        .hasMessageStartingWith("index not found");
    cluster.query.load(new QueryCoord.Load(collection.id(), Set.of(), 1, Set.of(), false));
    assertThatThrownBy(() ->
            index.alter(collection.id(), made.id(), Map.of("mmap.enabled", "true"), List.of()))
        .hasMessage(
            "can't alter index on loaded collection, please release the collection first:"
                + " collection already loaded[collection=c]");
    assertThatThrownBy(() -> index.drop(collection.id(), made.id()))
        .hasMessageStartingWith(
            "vector index cannot be dropped on loaded collection: " + collection.id());
  }
}
