package io.elanus.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts and bytes made to hurt end in INVALID_PARAMETER, on a small stack too. */
final class HostileFilterTest {
  private static final int MILLION = 1_000_000;
  private static final int SMALL_STACK_BYTES = 512 << 10;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "[",
        "[1,",
        "[[1],",
        "not ",
        "!",
        "-",
        "exists ",
        "~",
        "a or b and c | d ^ e & f == g in h + i * j ** (",
        "i == 1 or ",
        "i + ",
        "i ** ",
        "i < ",
        "i in ",
        "i like ",
        "i =~ ",
        "f(",
        "f(1,",
        "a[0] ",
        "\"",
        "'",
        "r\"",
        "{",
        "}",
        "\\",
        ",",
        "1 ",
        "not (",
        "-(",
        "is null ",
        "i is null and ",
        "j[\"a\"]",
        "ISO ",
        "(i == 1) and not ",
        "i not in [1] or not (",
        "i == {x} or "
      })
  void aMillionOf(String piece) {
    assertRefused(piece.repeat(MILLION / Math.max(1, piece.length() / 4)));
    assertRefused("i == 1 and " + piece.repeat(MILLION / 2));
  }

  @Test
  void aMillionListValues() {
    assertRefused("i in [" + "1,".repeat(MILLION) + "1]");
    assertRefused("i in [" + "1 , ".repeat(MILLION) + "1");
    assertRefused("i in [i, " + "1,".repeat(MILLION) + "1]");
    assertRefused("s in [" + "\"a\",".repeat(MILLION) + "\"b\"]");
  }

  @Test
  void aMillionBalancedParentheses() {
    assertRefused("(".repeat(MILLION) + "i == 1" + ")".repeat(MILLION));
  }

  @Test
  void aHundredThousandValuesAreFine() {
    StringBuilder text = new StringBuilder("i in [");
    for (int i = 0; i < 100_000; i++) {
      text.append(i).append(", ");
    }
    Filter filter = FilterParser.parse(text.append("7]").toString(), Schemas.DYNAMIC, Map.of());
    assertThat(((Filter.AnyOf) filter).terms().size()).isEqualTo(100_000);
  }

  @Test
  void aLongChainOfTermsIsFine() {
    String chain = "i8 == 1 or i + 1 > 3 or ".repeat(5_000) + "s == \"a\"";
    Filter filter = FilterParser.parse(chain, Schemas.DYNAMIC, Map.of());
    RowBatch rows = new RandomRows(new SplittableRandom(1)).rows(10);
    assertThat(FilterCodec.decode(FilterCodec.encode(filter))).isEqualTo(filter);
    assertThat(FilterEvaluator.evaluate(filter, Rows.of(rows)).unknown().isEmpty()).isTrue();
  }

  @Test
  void theDeepestNestingFitsASmallStack() {
    String level = "i == 1 or b == true and not not (";
    int levels = GuardedTokens.MAX_DEPTH / 9;
    String text = level.repeat(levels) + "i == 1" + ")".repeat(levels);
    RowBatch rows = new RandomRows(new SplittableRandom(1)).rows(10);
    onSmallStack(() -> {
      Filter filter = FilterParser.parse(text, Schemas.DYNAMIC, Map.of());
      assertThat(FilterCodec.decode(FilterCodec.encode(filter))).isEqualTo(filter);
      FilterEvaluator.evaluate(filter, Rows.of(rows));
    });
  }

  @Test
  void twoHundredBracketsFitASmallStack() {
    String text = "(".repeat(200) + "i == 1" + ")".repeat(200);
    onSmallStack(() -> FilterParser.parse(text, Schemas.DYNAMIC, Map.of()));
  }

  @Test
  void everyPrecedenceAtEveryLevelFitsASmallStack() {
    String level = "1 == 1 or 1 == 1 and 1 | 1 ^ 1 & 1 == 1 < 1 in 1 + 1 * 1 ** (";
    String text = level.repeat(15) + "1" + ")".repeat(15);
    onSmallStack(() -> assertRefused(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a{1000}){1000}){1000}",
        "(a{100}){1000}",
        "(((((((((x{9}){9}){9}){9}){9}){9}){9}){9}){9})",
        "a{1001}",
        "(",
        "[",
        "(?P<n",
        "(?<=a)b",
        "**",
        "a{2000000000}"
      })
  void regularExpressionsThatWouldExplode(String pattern) {
    assertRefused("s =~ r\"" + pattern.replace("\\", "\\\\") + "x\"");
    assertRefused("s =~ \"" + "(".repeat(100_000) + "\"");
  }

  @Test
  void randomTextsNeverEscapeAsAnotherError() {
    long seed = Seed.next();
    SplittableRandom random = new SplittableRandom(seed);
    List<String> pieces =
        List.of(
            "i",
            "s",
            "j[\"a\"]",
            "arr",
            "arr[0]",
            "1",
            "2.5",
            "\"a\"",
            "'%'",
            "r\"a\"",
            "true",
            "[1, 2]",
            "[]",
            "(",
            ")",
            "[",
            "]",
            ",",
            "and",
            "or",
            "not",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            "in",
            "not in",
            "like",
            "=~",
            "!~",
            "is null",
            "exists",
            "+",
            "-",
            "*",
            "/",
            "%",
            "**",
            "&",
            "|",
            "^",
            "<<",
            "~",
            "!",
            "json_contains",
            "array_length",
            "random_sample",
            "empty",
            "{lo}",
            "$meta",
            "$[p]",
            "st[0][c]",
            "null",
            "ISO",
            "INTERVAL",
            "threshold",
            "=",
            "b",
            "vec",
            "\\",
            "é",
            "0x",
            "08",
            "1e999",
            "9223372036854775808");
    for (int i = 0; i < 5_000; i++) {
      List<String> text = new ArrayList<>();
      for (int n = 1 + random.nextInt(9); n > 0; n--) {
        text.add(pieces.get(random.nextInt(pieces.size())));
      }
      parseOrRefuse(String.join(random.nextInt(4) == 0 ? "" : " ", text), seed);
    }
  }

  @Test
  void damagedBytesAreRefused() {
    long seed = Seed.next();
    SplittableRandom random = new SplittableRandom(seed);
    RandomFilters filters = new RandomFilters(random.split());
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes =
          FilterCodec.encode(FilterParser.parse(filters.filter(2), Schemas.DYNAMIC, Map.of()));
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      for (byte[] damaged : List.of(bytes, cut)) {
        try {
          FilterCodec.decode(damaged);
        } catch (ElanusException e) {
          assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.INVALID_PARAMETER);
        }
      }
    }
  }

  private static void parseOrRefuse(String text, long seed) {
    try {
      Filter filter = FilterParser.parse(text, Schemas.DYNAMIC, Map.of());
      assertThat(FilterCodec.decode(FilterCodec.encode(filter))).isEqualTo(filter);
    } catch (ElanusException e) {
      assertThat(e.code()).as("seed %d: %s", seed, text).isEqualTo(ErrorCode.INVALID_PARAMETER);
    }
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> FilterParser.parse(text, Schemas.DYNAMIC, Map.of()))
        .isInstanceOfSatisfying(
            ElanusException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
              assertThat(e.getMessage())
                  .startsWith("cannot parse expression: ")
                  .hasSizeLessThan(20_000);
            });
  }

  private static void onSmallStack(Runnable work) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(null, work, "small stack", SMALL_STACK_BYTES);
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(failure.get()).isNull();
  }
}
