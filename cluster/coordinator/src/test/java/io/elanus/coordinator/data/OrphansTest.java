package io.elanus.coordinator.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.coordinator.Cluster;
import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.Segments;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The channel {@code dml_0} is in its epoch 3. Of collection 1, segment 5 is flushed and 6 dropped,
 * both published by epoch 2; a merge that writes segment 8 is recorded, and one delete file.
 */
class OrphansTest {
  private static final String CHANNEL = "dml_0_1v0";
  private static final String DELETES = "deletes/dml_0_1v0/dml_0=2-1";

  private final ObjectStore objects = new MemoryObjectStore();
  private final Ledger<DataEntry, DataState> ledger =
      Ledger.open(new Cluster().metadata, "test/", DataEntry.class, new DataState(), Tenure.SOLE);

  OrphansTest() {
    record(new DataEntry.Channel("dml_0", 3, 1, 0));
    record(new DataEntry.Stored(segment(5, Segments.State.FLUSHED), 0));
    record(new DataEntry.Stored(segment(6, Segments.State.DROPPED), 1));
    record(new DataEntry.Merging(8, 1, 2, CHANNEL, List.of(5L)));
    record(new DataEntry.Deletes(new Segments.DeleteFile(DELETES, CHANNEL, 5, 1, 20), 0));
  }

  private void record(DataEntry entry) {
    ledger.decide(state -> new Decision<>(true, List.of(Change.put(entry))));
  }

  private static Segments.Segment segment(long id, Segments.State state) {
    String manifest = "segments/1/" + id + "/dml_0=2-1/manifest";
    return new Segments.Segment(
        id, 1, 2, CHANNEL, state, 0, 1, 1, manifest, 0, 1, 1, 1, 1, List.of());
  }

  private boolean swept(String key) {
    try (ObjectWriter writer = objects.create(key)) {
      writer.write(ByteBuffer.allocate(1));
      writer.commit();
    }
    new Orphans(ledger, objects).sweep();
    return !objects.exists(key);
  }

  @ParameterizedTest
  @CsvSource({
    // an attempt before, or a repetition after, the published one
    "segments/1/5/dml_0=2-0/manifest",
    "segments/1/5/dml_0=3-0/manifest",
    "segments/1/5/merge-a/manifest",
    // by an epoch that is over
    "segments/1/7/dml_0=2-9/manifest",
    "segments/1/7/dml_0=1-0/vectors/1.arrow",
    "deletes/dml_0_1v0/dml_0=2-2",
    "deletes/dml_0_1v0/partition-7/dml_0=2-1",
    // for a merge that is not recorded any more
    "segments/1/9/merge-a/manifest",
  })
  void whatNobodyCanPublishAnyMoreIsSwept(String key) {
    assertThat(swept(key)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    // published
    "segments/1/5/dml_0=2-1/manifest",
    "segments/1/5/dml_0=2-1/scalars.arrow",
    DELETES,
    // dropped: the garbage's
    "segments/1/6/dml_0=2-1/manifest",
    "segments/1/6/dml_0=2-0/manifest",
    // by an epoch that is not over
    "segments/1/7/dml_0=3-0/manifest",
    "segments/1/7/dml_0=4-0/manifest",
    "deletes/dml_0_1v0/dml_0=3-0",
    "deletes/dml_0_1v0/partition-7/dml_0=3-0",
    // for a merge that is recorded
    "segments/1/8/merge-b/manifest",
    "segments/1/8/dml_0=2-0/manifest",
    // of a channel that never was ours
    "segments/1/7/other_0=1-0/manifest",
    "deletes/other_0_1v0/other_0=1-0",
    // not ours by name
    "segments/1/5/by-hand/manifest",
    "segments/1/9/by-hand/manifest",
    "segments/1/9/merge/manifest",
    "segments/1/9/dml_0-2-1/manifest",
    "segments/1/9/dml_0=x-1/manifest",
    "segments/1/x/merge-a/manifest",
    "segments/1/9/merge-a",
    "segments/readme",
    "deletes/dml_0_1v0/by-hand",
    "deletes/dml_0_1v0/a/b/dml_0=2-2",
    // not here
    "indexes/1/9/3",
    "other/1/9/merge-a/manifest",
  })
  void whatSomebodyNeedsOrNobodyKnowsIsKept(String key) {
    assertThat(swept(key)).isFalse();
  }

  @Test
  void whatAnEpochLeftIsSweptOnceItIsOver() {
    assertThat(swept("segments/1/7/dml_0=3-0/manifest")).isFalse();
    record(new DataEntry.Channel("dml_0", 4, 1, 0));
    assertThat(swept("segments/1/7/dml_0=3-0/manifest")).isTrue();
  }
}
