package io.elanus.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The way from a recall to an effort. */
class MeasuredRecallTest {
  private static final MeasuredRecall TABLE =
      new MeasuredRecall(
          new int[] {16, 32, 64, 100, 200, 400},
          new float[] {0.80f, 0.90f, 0.96f, 0.98f, 0.99f, 0.99f},
          new float[] {0, 0, 0, 0.85f, 0.93f, 0.97f});

  @Test
  void takesTheLeastEffortThatReachesTheRecallWithItsMargin() {
    assertThat(TABLE.effort(0.95f, 10)).isBetween(82, 83);
    assertThat(TABLE.effort(0.9f, 10)).isBetween(53, 54);
    assertThat(TABLE.effort(0.5f, 10)).isEqualTo(16);
    assertThat(TABLE.effort(0.5f, 1)).isEqualTo(16);
    assertThat(TABLE.atDefault()).isBetween(0.965f, 0.975f);
    assertThat(TABLE.best()).isEqualTo(0.99f);
  }

  @Test
  void bringsDownWhatIsOutOfReach() {
    assertThat(TABLE.effort(1, 10)).isBetween(100, 200);
  }

  @Test
  void growsWithTheRowsWanted() {
    assertThat(TABLE.effort(0.95f, 100)).isBetween(380, 390);
    assertThat(TABLE.effort(0.95f, 1000)).isBetween(3800, 3900);
    assertThat(TABLE.effort(0.95f, 30)).isBetween(100, 200);
    assertThat(TABLE.effort(0.1f, 5000)).isEqualTo(5000);
  }

  @Test
  void listsGrowWithEachTenfoldOfRowsWanted() {
    int ten = TABLE.lists(0.9f, 10);
    int hundred = TABLE.lists(0.9f, 100);
    assertThat(TABLE.lists(0.9f, 1)).isEqualTo(ten);
    assertThat(hundred).isGreaterThan(2 * ten);
    assertThat(TABLE.lists(0.9f, 1000) / (double) hundred)
        .isCloseTo(hundred / (double) ten, within(0.1));
  }

  @Test
  void knowsNothingUnmeasured() {
    assertThat(MeasuredRecall.NONE.effort(0.95f, 10)).isEqualTo(64);
    assertThat(MeasuredRecall.NONE.effort(0.98f, 10)).isEqualTo(128);
    assertThat(MeasuredRecall.NONE.effort(0.95f, 100)).isEqualTo(150);
    assertThat(MeasuredRecall.NONE.atDefault()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoTable() {
    assertThatThrownBy(() -> new MeasuredRecall(new int[1], new float[1], new float[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new MeasuredRecall(new int[] {16}, new float[] {Float.NaN}, new float[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MeasuredRecall(new int[] {16}, new float[2], new float[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
