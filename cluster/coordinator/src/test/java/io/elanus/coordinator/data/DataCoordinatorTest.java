package io.elanus.coordinator.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.Cluster;
import io.elanus.coordinator.FakeNode;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Ddl;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataCoordinatorTest {
  private final Cluster cluster = new Cluster();
  private final DataCoordinator data = cluster.data;
  private final Catalogue.Collection collection = cluster.create("c");
  private final String channel = collection.channels().getFirst();
  private final long partition = collection.partitions().getFirst().id();

  private Segments.Segment segment(long id) {
    return Cluster.segment(collection, id, 2000);
  }

  private List<Long> flushedIds() {
    return data.segments(collection.id()).stream()
        .filter(segment -> segment.state() == Segments.State.FLUSHED)
        .map(Segments.Segment::id)
        .toList();
  }

  private void put(String key) {
    try (ObjectWriter writer = cluster.objects.create(key)) {
      writer.write(ByteBuffer.allocate(1));
      writer.commit();
    }
  }

  @Test
  void epochsRiseOverRestartsAndOldOnesAreRefused() {
    assertThat(data.grant(Cluster.CHANNEL, 1).epoch()).isEqualTo(1);
    cluster.publish(1, segment(1));
    DataCoord.Grant second = cluster.restarted().data.grant(Cluster.CHANNEL, 1);
    assertThat(second.epoch()).isEqualTo(2);
    assertThat(second.persisted()).extracting(Segments.Segment::id).containsExactly(1L);
    Cluster next = cluster.restarted();
    assertThatThrownBy(() -> next.publish(1, segment(2)))
        .hasMessage(
            "the channel has another owner by now: channel not"
                + " available[channel=elanus-dml_0][epoch=1][present=2]");
    next.publish(2, segment(2));
  }

  @Test
  void publishingTwiceChangesNothing() {
    data.grant(Cluster.CHANNEL, 1);
    var publish =
        new DataCoord.Publish(
            1,
            List.of(segment(1)),
            List.of(),
            List.of(new Segments.DeleteFile("deletes/x", channel, 5, 1, 20)),
            List.of(),
            Map.of(Cluster.CHANNEL, 500L));
    data.publish(publish);
    int commits = cluster.metadata.commits();
    data.publish(publish);
    assertThat(cluster.metadata.commits()).isEqualTo(commits);
    assertThat(flushedIds()).containsExactly(1L);
    assertThat(data.deleteFiles(channel)).hasSize(1);
    assertThat(data.grant(Cluster.CHANNEL, 1).checkpoint()).isEqualTo(500);
    assertThat(data.grant(Cluster.CHANNEL, 1).persisted()).isEmpty();
  }

  @Test
  void aLargePublicationComesInParts() {
    data.grant(Cluster.CHANNEL, 1);
    Segments.Segment[] many =
        LongStream.rangeClosed(1, 300)
            .mapToObj(id -> Cluster.segment(collection, id, 1 << 21))
            .toArray(Segments.Segment[]::new);
    cluster.publish(1, many);
    assertThat(flushedIds()).hasSize(300);
  }

  private DataCoord.Publish ofManyShards() {
    List<Segments.DeleteFile> files = new ArrayList<>();
    for (int shard = 0; shard < 150; shard++) {
      String name = Cluster.CHANNEL + "_" + collection.id() + "v" + shard;
      files.add(new Segments.DeleteFile("deletes/all/" + shard, name, 5, 1, 20));
      files.add(new Segments.DeleteFile("deletes/one/" + shard, name, 5, 1, 10));
    }
    return new DataCoord.Publish(
        1, List.of(segment(1)), List.of(), files, List.of(), Map.of(Cluster.CHANNEL, 500L));
  }

  private List<Integer> deleteFilesByShard() {
    return IntStream.range(0, 150)
        .mapToObj(
            shard -> data.deleteFiles(Cluster.CHANNEL + "_" + collection.id() + "v" + shard).size())
        .toList();
  }

  @Test
  void deletesOfManyShardsComeInPartsAndTheCheckpointLast() {
    data.grant(Cluster.CHANNEL, 1);
    DataCoord.Publish publish = ofManyShards();
    int before = cluster.metadata.commits();
    data.publish(publish);
    int parts = cluster.metadata.commits() - before;
    data.publish(publish);
    assertThat(cluster.metadata.commits() - before).as("repeated").isEqualTo(parts);
    assertThat(deleteFilesByShard()).containsOnly(2);
    assertThat(data.grant(Cluster.CHANNEL, 1).checkpoint()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void anInterruptedPublicationLeavesAStateThatReplayMakesWhole(int partsDone) {
    data.grant(Cluster.CHANNEL, 1);
    DataCoord.Publish publish = ofManyShards();
    cluster.metadata.failAfter(partsDone);
    assertThatThrownBy(() -> data.publish(publish)).hasMessageContaining("planned failure");
    cluster.metadata.fail(false);
    assertThat(flushedIds()).hasSize(partsDone == 0 ? 0 : 1);
    assertThat(deleteFilesByShard()).as("a shard's files are there, or not").isSubsetOf(0, 2);
    assertThat(cluster.restarted().data.grant(Cluster.CHANNEL, 1).checkpoint()).isZero();
  }

  @Test
  void anInterruptedPublicationIsFinishedByItsRepetition() {
    data.grant(Cluster.CHANNEL, 1);
    DataCoord.Publish publish = ofManyShards();
    cluster.metadata.failAfter(2);
    assertThatThrownBy(() -> data.publish(publish)).hasMessageContaining("planned failure");
    cluster.metadata.fail(false);
    data.publish(publish);
    assertThat(flushedIds()).containsExactly(1L);
    assertThat(deleteFilesByShard()).containsOnly(2);
    assertThat(data.grant(Cluster.CHANNEL, 1).checkpoint()).isEqualTo(500);
  }

  @Test
  void whatIsWrongIsSaid() {
    data.grant(Cluster.CHANNEL, 1);
    assertThat(data.ailments()).isEmpty();
    cluster.node.ailments = List.of("channel elanus-dml_0 cannot be written");
    assertThat(data.ailments()).containsExactly("channel elanus-dml_0 cannot be written");
    cluster.node.failures.add("ailments");
    assertThat(data.ailments())
        .singleElement()
        .asString()
        .startsWith("streaming node 1 does not answer: planned failure");
    cluster.node.ailments = List.of();
    cluster.ownerless = true;
    assertThat(data.ailments())
        .singleElement()
        .asString()
        .startsWith("channel elanus-dml_0 has no owner: ");
    cluster.ownerless = false;
    cluster.metadata.fail(true);
    assertThatThrownBy(() -> data.grant(Cluster.CHANNEL, 1)).isInstanceOf(ElanusException.class);
    assertThat(data.ailments())
        .singleElement()
        .asString()
        .startsWith("metadata cannot be written: ");
    cluster.metadata.fail(false);
    data.grant(Cluster.CHANNEL, 1);
    assertThat(data.ailments()).isEmpty();
  }

  @Test
  void growingAndFlushedSegmentsAreListedOnce() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.node.growing.put(
        channel,
        new ArrayList<>(
            List.of(
                Cluster.segment(collection, 1, 10, Segments.State.FLUSHING, 10),
                Cluster.segment(collection, 2, 20, Segments.State.GROWING, 20))));
    cluster.publish(1, segment(1));
    assertThat(data.segments(collection.id()))
        .extracting(segment -> segment.id() + " " + segment.state())
        .containsExactly("1 FLUSHED", "2 GROWING");
    assertThat(data.rowCounts(collection.id())).isEqualTo(Map.of(partition, 2020L));
  }

  @Test
  void flushSealsAndIsDoneWhenTheOwnerHasNothingLeft() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1));
    cluster.node.growing.put(
        channel,
        new ArrayList<>(List.of(Cluster.segment(collection, 2, 20, Segments.State.SEALED, 20))));
    DataCoord.Flush flush = data.flush(collection.id());
    assertThat(flush.sealed()).containsExactly(2L);
    assertThat(flush.flushed()).containsExactly(1L);
    assertThat(flush.channelPositions()).isEqualTo(Map.of(channel, 77L));
    assertThat(data.flushed(collection.id(), List.of(2L), flush.timestamp())).isFalse();
    assertThat(data.flushed(collection.id(), List.of(1L, 99L), 0)).isTrue();
    cluster.node.growing.clear();
    assertThat(data.flushed(collection.id(), List.of(2L), flush.timestamp())).isTrue();
  }

  @Test
  void whatIsPublishedAfterADropOrATruncationIsNeverSeen() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1));
    cluster.root.execute(new Ddl.Truncate("default", "c"));
    assertThat(flushedIds()).isEmpty();
    cluster.publish(1, segment(2));
    assertThat(flushedIds()).isEmpty();
    long later = cluster.root.allocateTimestamps(1).first();
    cluster.publish(1, Cluster.segment(collection, 3, 10, Segments.State.FLUSHED, later));
    assertThat(flushedIds()).containsExactly(3L);
    cluster.root.execute(new Ddl.DropCollection("default", "c"));
    cluster.publish(1, Cluster.segment(collection, 4, 10, Segments.State.FLUSHED, later));
    assertThat(data.segments(collection.id())).isEmpty();
  }

  @Test
  void aDroppedPartitionTakesItsSegmentsAlong() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1));
    data.dropPartition(collection.id(), collection.channels(), partition);
    cluster.publish(1, segment(2));
    assertThat(flushedIds()).isEmpty();
  }

  @Test
  void threeSmallSegmentsAreMergedAfterTheirPublication() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1), segment(2));
    assertThat(cluster.node.calls).noneMatch(call -> call.startsWith("compact"));
    cluster.publish(1, segment(3));
    assertThat(cluster.node.calls).contains("compact([1, 2, 3])");
    assertThat(flushedIds()).hasSize(1);
    assertThat(data.rowCounts(collection.id())).isEqualTo(Map.of(partition, 6000L));
    assertThat(data.grant(Cluster.CHANNEL, 1).persisted()).hasSize(4);
  }

  @Test
  void aCollectionMayForbidAutomaticCompaction() {
    cluster.root.execute(
        new Ddl.AlterCollection(
            "default", "c", Map.of("collection.autocompaction.enabled", "false"), List.of()));
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1), segment(2), segment(3));
    assertThat(flushedIds()).hasSize(3);
  }

  @Test
  void anAskedCompactionAppliesDeletesAndEndsTheirFile() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1));
    data.publish(
        new DataCoord.Publish(
            1,
            List.of(),
            List.of(),
            List.of(new Segments.DeleteFile("deletes/x", channel, 5, 30, 40)),
            List.of(),
            Map.of()));
    long job = data.compact(collection.id(), Optional.of(partition));
    assertThat(job).isPositive();
    DataCoord.CompactionState state = data.compactionState(job);
    assertThat(state.completed()).isTrue();
    assertThat(state.done()).isEqualTo(1);
    assertThat(state.plans().getFirst().sources()).containsExactly(1L);
    assertThat(data.deleteFiles(channel)).isEmpty();
    assertThat(data.compact(collection.id(), Optional.empty())).isEqualTo(-1);
    assertThat(data.compactionState(-1).completed()).isTrue();
  }

  @Test
  void deleteFilesStayWhileASegmentIsBetweenGrowingAndFlushed() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1));
    data.publish(
        new DataCoord.Publish(
            1,
            List.of(),
            List.of(),
            List.of(new Segments.DeleteFile("deletes/x", channel, 5, 30, 40)),
            List.of(),
            Map.of()));
    cluster.node.growing.put(
        channel,
        new ArrayList<>(List.of(Cluster.segment(collection, 2, 20, Segments.State.FLUSHING, 20))));
    data.compact(collection.id(), Optional.empty());
    assertThat(data.deleteFiles(channel)).hasSize(1);
  }

  @Test
  void loadedSegmentsAreMergedOnlyOnceHandedOff() {
    cluster.query.load(new QueryCoord.Load(collection.id(), Set.of(), 1, Set.of(), false));
    cluster.index.create(
        new io.elanus.roles.IndexCoord.Definition(
            0, collection.id(), 101, "v", "", Map.of("index_type", "HNSW"), 0));
    data.grant(Cluster.CHANNEL, 1);
    // the builds fail for now, so the leader keeps these rows as growing ones
    cluster.node.failures.addAll(List.of("build", "build", "build"));
    cluster.publish(1, segment(1), segment(2), segment(3));
    assertThat(cluster.query.placements(collection.id())).isEmpty();
    assertThat(data.compact(collection.id(), Optional.empty())).isEqualTo(-1);
    cluster.background.runDelayed();
    assertThat(cluster.query.placements(collection.id())).hasSize(3);
    assertThat(data.compact(collection.id(), Optional.empty())).isPositive();
    assertThat(cluster.query.placements(collection.id())).hasSize(1);
  }

  @Test
  void aMergeThatANodeCannotDoIsGivenToAnother() {
    var other = new FakeNode();
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1), segment(2));
    cluster.dataNodes.put(2L, other);
    cluster.node.failures.add("compact");
    data.compact(collection.id(), Optional.empty());
    assertThat(other.calls).containsExactly("compact([1, 2])");
    assertThat(flushedIds()).hasSize(1);
  }

  @Test
  void aMergeWaitsForADataNode() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1), segment(2));
    cluster.dataNodes.clear();
    data.compact(collection.id(), Optional.empty());
    for (int i = 0; i < 5; i++) {
      cluster.background.runDelayed();
    }
    assertThat(flushedIds()).containsExactly(1L, 2L);
    cluster.dataNodes.put(7L, cluster.node);
    cluster.background.runDelayed();
    assertThat(flushedIds()).hasSize(1);
  }

  @Test
  void aMergeThatWasCutOffIsDoneAgainToTheSameTarget() {
    cluster.node.failure = ErrorCode.IO_FAILED;
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1), segment(2));
    cluster.node.failures.addAll(List.of("compact", "compact", "compact"));
    long job = data.compact(collection.id(), Optional.empty());
    assertThat(data.compactionState(job).failed()).isEqualTo(1);
    assertThat(flushedIds()).containsExactly(1L, 2L);
    assertThat(data.compact(collection.id(), Optional.empty())).isPositive();
    assertThat(flushedIds()).hasSize(1);
  }

  @Test
  void garbageGoesAfterTheGraceTimeWhenNobodyHoldsIt() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1));
    String object = "segments/" + collection.id() + "/1/manifest";
    put(object);
    put("segments/" + collection.id() + "/11/manifest");
    cluster.root.execute(new Ddl.DropCollection("default", "c"));
    cluster.restarted().data.start();
    assertThat(cluster.objects.exists(object)).isTrue();
    cluster.millis.addAndGet(31 * 60_000);
    cluster.node.loads.put(
        1L,
        new io.elanus.roles.QueryNode.Load(
            segment(1), collection.schema(), Set.of(), List.of(), List.of()));
    cluster.restarted().data.start();
    assertThat(cluster.objects.exists(object)).isTrue();
    cluster.node.loads.clear();
    cluster.restarted().data.start();
    assertThat(cluster.objects.exists(object)).isFalse();
    assertThat(cluster.objects.exists("segments/" + collection.id() + "/11/manifest")).isTrue();
    assertThat(cluster.metadata.range("data/record/segment/")).isEmpty();
  }

  private List<String> objects() {
    return cluster.objects.list("").stream().map(ObjectInfo::key).toList();
  }

  /** A segment of the first shard whose files are in this folder. */
  private Segments.Segment in(String folder, long id) {
    Segments.Segment segment = segment(id);
    return new Segments.Segment(
        id,
        segment.collectionId(),
        segment.partitionId(),
        segment.channel(),
        segment.state(),
        segment.schemaVersion(),
        segment.rows(),
        segment.bytes(),
        folder + "/manifest",
        segment.firstPosition(),
        segment.lastPosition(),
        segment.minTimestamp(),
        segment.maxTimestamp(),
        segment.deletesAppliedUpTo(),
        List.of());
  }

  @Test
  void whatADeadOwnerWroteAndNeverPublishedIsSwept() {
    data.grant(Cluster.CHANNEL, 1);
    String segments = "segments/" + collection.id() + "/";
    String deletes = "deletes/" + channel + "/";
    String published = segments + "5/elanus-dml_0=1-1";
    put(published + "/manifest");
    put(deletes + "elanus-dml_0=1-1");
    data.publish(
        new DataCoord.Publish(
            1,
            List.of(in(published, 5)),
            List.of(),
            List.of(new Segments.DeleteFile(deletes + "elanus-dml_0=1-1", channel, 5, 1, 20)),
            List.of(),
            Map.of()));
    put(segments + "5/elanus-dml_0=1-0/scalars.arrow"); // an attempt before the published one
    put(segments + "6/elanus-dml_0=1-2/manifest"); // written, and then the process died
    put(deletes + "elanus-dml_0=1-2");
    put(deletes + "partition-7/elanus-dml_0=1-2");
    put(segments + "6/by-hand/manifest"); // nobody knows whose
    Cluster next = cluster.killed();
    next.data.grant(Cluster.CHANNEL, 1);
    put(segments + "6/elanus-dml_0=2-0/manifest"); // about to be published
    next.start();
    assertThat(objects())
        .containsExactlyInAnyOrder(
            published + "/manifest",
            deletes + "elanus-dml_0=1-1",
            segments + "6/by-hand/manifest",
            segments + "6/elanus-dml_0=2-0/manifest");
    next.data.grant(Cluster.CHANNEL, 1);
    assertThat(objects()).doesNotContain(segments + "6/elanus-dml_0=2-0/manifest");
  }

  @Test
  void whatAMergeIsWritingIsNotSwept() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.data.start();
    List<String> written = new ArrayList<>();
    cluster.node.compacting =
        target -> {
          written.add("segments/" + collection.id() + "/" + target + "/merge-a/manifest");
          put(written.getFirst());
          data.grant(Cluster.CHANNEL, 1);
          assertThat(objects()).containsAll(written);
        };
    cluster.publish(1, segment(1), segment(2), segment(3));
    assertThat(flushedIds()).hasSize(1);
    data.grant(Cluster.CHANNEL, 1); // the fake's manifest is elsewhere
    assertThat(written).hasSize(1);
    assertThat(objects()).isEmpty();
  }

  @Test
  void droppedSegmentsThatReplayAsksForAreKept() {
    data.grant(Cluster.CHANNEL, 1);
    cluster.publish(1, segment(1), segment(2), segment(3)); // merged at once
    cluster.millis.addAndGet(31 * 60_000);
    cluster.restarted().data.start();
    assertThat(cluster.restarted().data.grant(Cluster.CHANNEL, 1).persisted()).hasSize(4);
    Cluster later = cluster.restarted();
    long epoch = later.data.grant(Cluster.CHANNEL, 1).epoch();
    later.data.publish(
        new DataCoord.Publish(
            epoch, List.of(), List.of(), List.of(), List.of(), Map.of(Cluster.CHANNEL, 10_000L)));
    later.restarted().data.start();
    assertThat(cluster.metadata.range("data/record/segment/")).hasSize(1);
  }

  @Test
  void rowsPastTheirTimeToLiveAreGivenToTheDataNodeAsExpired() {
    cluster.root.execute(
        new Ddl.AlterCollection("default", "c", Map.of("collection.ttl.seconds", "10"), List.of()));
    data.grant(Cluster.CHANNEL, 1);
    long old = Timestamps.of(cluster.millis.get() - 31 * 60_000, 0);
    cluster.publish(1, Cluster.segment(collection, 5, 10, Segments.State.FLUSHED, old));
    assertThat(cluster.node.calls)
        .containsOnlyOnce("compact([5])"); // though the fake keeps the rows
  }
}
