package io.elanus.coordinator.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.coordinator.ledger.Change;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoredByPositionTest {
  @Test
  void theSegmentsBeyondAPositionAreThoseThatAScanFinds() {
    long seed = 9;
    Random random = new Random(seed);
    var state = new DataState();
    for (int step = 0; step < 2000; step++) {
      Segment segment = segment(1 + random.nextInt(40), random);
      DataEntry entry = new DataEntry.Stored(segment, 0);
      state.apply(random.nextInt(4) == 0 ? Change.remove(entry) : Change.put(entry));
      String channel = "c" + random.nextInt(4);
      long position = random.nextInt(12);
      assertThat(state.persistedBeyond(channel, position))
          .as("seed " + seed + ", step " + step)
          .isEqualTo(
              state.allStored().stream()
                  .map(DataEntry.Stored::segment)
                  .filter(each -> each.lastPosition() > position)
                  .filter(each -> Catalogue.physicalChannel(each.channel()).equals(channel))
                  .toList());
      assertThat(state.storedOf(List.of(segment.id())))
          .isEqualTo(
              state.allStored().stream()
                  .filter(each -> each.segment().id() == segment.id())
                  .toList());
    }
  }

  private static Segment segment(long id, Random random) {
    long collection = 1 + id % 3;
    return new Segment(
        id,
        collection,
        1,
        "c" + id % 4 + "_" + collection + "v0",
        Segments.State.FLUSHED,
        1,
        10,
        10,
        "",
        0,
        random.nextInt(12),
        1,
        2,
        0,
        List.of());
  }
}
