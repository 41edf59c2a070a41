package io.elanus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
  @Test
  void textsAreInTheOrderOfTheirBytes() {
    long seed = 42;
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>(List.of("", "a", "ab", "\uFFFD", "\uD83D\uDE00"));
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(4); length > 0; length--) {
        int[] kinds = {'a' + random.nextInt(3), 0xE000 + random.nextInt(0x1FFF), 0x1F600};
        text.appendCodePoint(kinds[random.nextInt(kinds.length)]);
      }
      texts.add(text.toString());
    }
    for (String left : texts) {
      for (String right : texts) {
        int bytes =
            Arrays.compareUnsigned(
                left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
        assertThat(Integer.signum(KeyOrder.compare(left, right)))
            .as("seed %d: %s %s", seed, left, right)
            .isEqualTo(Integer.signum(bytes));
        assertThat(KeyOrder.compare(Keys.of(List.of(left)), 0, Keys.of(List.of("x", right)), 1))
            .isEqualTo(KeyOrder.compare(left, right));
      }
    }
  }

  @Test
  void numbersAreInTheOrderOfTheirValues() {
    assertThat(KeyOrder.compare(Keys.of(5, -1), 1, Keys.of(0, Long.MIN_VALUE), 0)).isNegative();
    assertThat(KeyOrder.compare(-1L, Long.MIN_VALUE)).isPositive();
    assertThat(KeyOrder.compare(7L, 7L)).isZero();
  }

  @Test
  void joinedKeysKeepTheirOrderAndEmptyPiecesAreOfAnyKind() {
    Keys none = new Keys.Longs(new long[0]);
    assertThat(Keys.joined(List.of(Keys.of(3, 1), none, Keys.of(2)), false))
        .isEqualTo(Keys.of(3, 1, 2));
    assertThat(Keys.joined(List.of(none, Keys.of(List.of("b")), Keys.of(List.of("a"))), true))
        .isEqualTo(Keys.of(List.of("b", "a")));
  }
}
