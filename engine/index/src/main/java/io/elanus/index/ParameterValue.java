package io.elanus.index;

import io.elanus.schema.ElanusException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one parameter of a build (always text) or of a search (JSON values, or text), with Milvus's
 * texts.
 */
final class ParameterValue {
  private ParameterValue() {}

  /** An integer within [low, high], from a JSON number or from digits. */
  static int integer(String key, Object value, long low, long high) {
    long number = wholeNumber(key, value);
    if (number < low || number > high) {
      throw ElanusException.invalid(
          "Out of range in json: param '%s' (%d) should be in range [%d, %d]"
              .formatted(key, number, low, high));
    }
    return (int) number;
  }

  /** Refuses a parameter that is given and is no integer within [low, high]. */
  static void checkInteger(Map<String, ?> params, String key, long low, long high) {
    Object value = params.get(key);
    if (value != null) {
      integer(key, value, low, high);
    }
  }

  private static long wholeNumber(String key, Object value) {
    if (value instanceof Number number
        && number.doubleValue() == Math.rint(number.doubleValue())
        && !(value instanceof Double)
        && !(value instanceof Float)) {
      return number.longValue();
    }
    if (value instanceof String text) {
      return parseWhole(key, text);
    }
    throw ElanusException.invalid(
        "Type conflict in json: param '%s' (%s) should be integer".formatted(key, value));
  }

  private static long parseWhole(String key, String text) {
    if (!text.matches("-?[0-9]+")) {
      throw ElanusException.invalid(
          "wrong data type in json, key: '%s', value: '%s'".formatted(key, text));
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ElanusException.invalid(
          "integer value out of range, key: '%s', value: '%s'".formatted(key, text));
    }
  }

  /** A finite number, from a JSON number or from text. */
  static double number(String key, Object value) {
    double number = Double.NaN;
    if (value instanceof Number given) {
      number = given.doubleValue();
    } else if (value instanceof String text) {
      number = parseNumber(text);
    }
    if (Double.isNaN(number)) {
      throw ElanusException.invalid(
          "Type conflict in json: param '%s' (%s) should be a number".formatted(key, value));
    }
    return number;
  }

  private static double parseNumber(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** A number within [low, high), printed in errors with six decimals. */
  static float fraction(String key, Object value, double low, double high) {
    double number = number(key, value);
    if (!(number >= low && number < high)) {
      throw ElanusException.invalid(
          String.format(
              Locale.ROOT,
              "Out of range in json: param '%s' (%s) should be in range [%.6f, %.6f)",
              key,
              print(number),
              low,
              high));
    }
    return (float) number;
  }

  /** A number within [low, high], printed in errors with six decimals. */
  static float within(String key, Object value, double low, double high) {
    double number = number(key, value);
    if (!(number >= low && number <= high)) {
      throw ElanusException.invalid(
          String.format(
              Locale.ROOT,
              "Out of range in json: param '%s' (%s) should be in range [%.6f, %.6f]",
              key,
              print(number),
              low,
              high));
    }
    return (float) number;
  }

  /** A number within (0, 1]. */
  static float share(String key, Object value) {
    double number = number(key, value);
    if (!(number > 0 && number <= 1)) {
      throw ElanusException.invalid(
          "Out of range in json: param '%s' (%s) should be in range (0, 1]"
              .formatted(key, print(number)));
    }
    return (float) number;
  }

  static boolean bool(String key, Object value) {
    String text = String.valueOf(value);
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return text.equalsIgnoreCase("true");
    }
    throw ElanusException.invalid(
        "Type conflict in json: param '%s' (%s) should be a boolean".formatted(key, value));
  }

  /** The shortest decimal form, without exponent and without a trailing {@code .0}. */
  static String print(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.toString(number);
    }
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
