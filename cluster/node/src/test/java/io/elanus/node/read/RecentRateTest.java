package io.elanus.node.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RecentRateTest {
  private static final long SECOND = 1_000_000_000;

  private long nanos = -5 * SECOND;
  private final RecentRate rate = new RecentRate(() -> nanos);

  private void pass(int seconds, long amountEach) {
    for (int second = 0; second < seconds; second++) {
      nanos += SECOND;
      rate.add(amountEach);
    }
  }

  @Test
  void nothingIsNothing() {
    assertThat(rate.perSecond()).isZero();
    nanos += 3600 * SECOND;
    assertThat(rate.perSecond()).isZero();
  }

  @Test
  void aYoungOneTellsTheMeanSinceItsBeginning() {
    pass(20, 40_000);
    assertThat(rate.perSecond()).isCloseTo(40_000, within(10L));
  }

  @Test
  void oneRequestIsNoStream() {
    rate.add(5_000);
    assertThat(rate.perSecond()).isBetween(900L, 1100L);
  }

  @Test
  void itDoesNotDependOnHowOftenItIsAsked() {
    for (int round = 0; round < 40; round++) {
      pass(round % 20, 1000);
      rate.perSecond();
    }
    assertThat(rate.perSecond()).isCloseTo(1000, within(5L));
  }

  @Test
  void whatIsOldIsForgotten() {
    pass(600, 1000);
    assertThat(rate.perSecond()).isPositive();
    pass(600, 1000);
    assertThat(rate.perSecond()).isCloseTo(1000, within(5L));
    nanos += 60 * SECOND;
    assertThat(rate.perSecond()).isCloseTo(368, within(5L)); // 1000 / e
    nanos += 1200 * SECOND;
    assertThat(rate.perSecond()).isZero();
  }
}
