package io.elanus.process;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@link Setting} may be. */
sealed interface Allowed {
  Map<String, Long> NO_UNIT = Map.of("", 1L);
  Map<String, Long> BYTE_UNITS =
      Map.of("", 1L, "b", 1L, "kb", 1L << 10, "mb", 1L << 20, "gb", 1L << 30);
  Map<String, Long> MILLISECOND_UNITS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  boolean allows(String text);

  /** The end of a sentence: {@code allowed is …}. */
  String told();

  /** Anything that is not blank. */
  record Text() implements Allowed {
    @Override
    public boolean allows(String text) {
      return !text.isBlank();
    }

    @Override
    public String told() {
      return "any text";
    }
  }

  /** Any text, or none. */
  record Optionally() implements Allowed {
    @Override
    public boolean allows(String text) {
      return true;
    }

    @Override
    public String told() {
      return "any text or none";
    }
  }

  /** One of some words, in any letter case. */
  record Words(List<String> words) implements Allowed {
    public Words {
      words = List.copyOf(words);
    }

    @Override
    public boolean allows(String text) {
      return words.contains(text.toLowerCase(Locale.ROOT));
    }

    @Override
    public String told() {
      return String.join(", ", words);
    }
  }

  /**
   * A number with a unit, between two others, both included.
   *
   * @param units what each unit counts for
   */
  record Quantity(String least, String most, Map<String, Long> units) implements Allowed {
    private static final Pattern WRITTEN = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");

    @Override
    public boolean allows(String text) {
      OptionalLong value = parse(text);
      return value.isPresent()
          && value.getAsLong() >= parse(least).orElseThrow()
          && value.getAsLong() <= parse(most).orElseThrow();
    }

    @Override
    public String told() {
      return least + " to " + most;
    }

    /** Empty when it is none, or larger than any number. */
    OptionalLong parse(String text) {
      Matcher matcher = WRITTEN.matcher(text.trim());
      Long unit = matcher.matches() ? units.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
      if (unit == null) {
        return OptionalLong.empty();
      }
      try {
        return OptionalLong.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
      } catch (ArithmeticException | NumberFormatException tooLarge) {
        return OptionalLong.empty();
      }
    }
  }

  static Allowed optionally() {
    return new Optionally();
  }

  static Allowed text() {
    return new Text();
  }

  static Allowed words(String... words) {
    return new Words(List.of(words));
  }

  static Allowed number(int least, int most) {
    return new Quantity(Integer.toString(least), Integer.toString(most), NO_UNIT);
  }

  static Allowed bytes(String least, String most) {
    return new Quantity(least, most, BYTE_UNITS);
  }

  static Allowed duration(String least, String most) {
    return new Quantity(least, most, MILLISECOND_UNITS);
  }
}
