package io.elanus.coordinator.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Segments;
import io.elanus.roles.Segments.DeleteFile;
import io.elanus.roles.Segments.Segment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompactionPolicyTest {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private final CompactionPolicy policy =
      new CompactionPolicy(new DataSettings(100 * MIB, 30 * MIB, 3, 0.2, 1000));

  private static Segment segment(long id, long partition, long bytes) {
    return new Segment(
        id,
        1,
        partition,
        "c_1v0",
        Segments.State.FLUSHED,
        0,
        1000,
        bytes,
        "m",
        0,
        0,
        id,
        id,
        id,
        List.of());
  }

  private List<List<Long>> plan(
      boolean asked,
      long horizon,
      long expiredBefore,
      List<DeleteFile> files,
      Segment... segments) {
    return policy
        .plan(List.of(segments), Map.of("c_1v0", files), horizon, expiredBefore, asked)
        .stream()
        .map(group -> group.stream().map(Segment::id).toList())
        .toList();
  }

  private static DeleteFile deletes(long rows, long upTo) {
    return new DeleteFile("d" + upTo, "c_1v0", rows, 0, upTo);
  }

  @Test
  void threeSmallOnesOfAPartitionBecomeOne() {
    assertThat(
            plan(
                false,
                0,
                0,
                List.of(),
                segment(3, 7, KIB),
                segment(1, 7, KIB),
                segment(2, 7, KIB),
                segment(4, 8, KIB)))
        .containsExactly(List.of(1L, 2L, 3L));
  }

  @Test
  void twoAreNotEnoughAndLargeOnesStay() {
    assertThat(
            plan(
                false,
                0,
                0,
                List.of(),
                segment(1, 7, KIB),
                segment(2, 7, KIB),
                segment(3, 7, 50 * MIB),
                segment(4, 7, 50 * MIB),
                segment(5, 7, 50 * MIB)))
        .isEmpty();
  }

  @Test
  void onlyLikeSizesMerge() {
    assertThat(
            plan(
                false,
                0,
                0,
                List.of(),
                segment(1, 7, 20 * MIB),
                segment(2, 7, KIB),
                segment(3, 7, 2 * MIB)))
        .isEmpty();
  }

  @Test
  void aMergeStaysBelowTheTarget() {
    assertThat(
            plan(
                false,
                0,
                0,
                List.of(),
                segment(1, 7, 29 * MIB),
                segment(2, 7, 29 * MIB),
                segment(3, 7, 29 * MIB),
                segment(4, 7, 29 * MIB)))
        .containsExactly(List.of(1L, 2L, 3L));
  }

  @Test
  void manyDeletedRowsRewriteOnceNoPinCanSeeThem() {
    List<DeleteFile> files = List.of(deletes(500, 90));
    Segment old = segment(1, 7, 50 * MIB);
    Segment later = segment(95, 7, 50 * MIB);
    assertThat(plan(false, 80, 0, files, old, later)).isEmpty();
    assertThat(plan(false, 90, 0, files, old, later)).containsExactly(List.of(1L));
    assertThat(plan(false, 90, 0, List.of(deletes(100, 90)), old, later)).isEmpty();
  }

  @Test
  void askedItRewritesWhateverHasDeletesAndMergesWhateverFits() {
    assertThat(
            plan(
                true,
                0,
                0,
                List.of(deletes(1, 90)),
                segment(1, 7, 90 * MIB),
                segment(95, 7, 90 * MIB),
                segment(96, 8, KIB),
                segment(97, 8, KIB)))
        .containsExactly(List.of(1L), List.of(96L, 97L));
  }

  @Test
  void expiredSegmentsGo() {
    assertThat(plan(false, 0, 50, List.of(), segment(1, 7, 50 * MIB), segment(60, 7, 50 * MIB)))
        .containsExactly(List.of(1L));
  }
}
