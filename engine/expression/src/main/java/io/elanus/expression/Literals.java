package io.elanus.expression;

import io.elanus.schema.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** From the text of a literal token to its value. */
final class Literals {
  /** Values that one list may hold; a longer list belongs in several requests. */
  static final int MAX_LIST_VALUES = 500_000;

  private Literals() {}

  static Value bool(String text) {
    return new Value.Bool(text.charAt(0) == 't' || text.charAt(0) == 'T');
  }

  /** Decimal, octal (leading 0), hexadecimal (0x) or binary (0b), with an optional sign. */
  static Value integer(String text) {
    boolean signed = text.charAt(0) == '-' || text.charAt(0) == '+';
    String sign = text.charAt(0) == '-' ? "-" : "";
    String digits = signed ? text.substring(1) : text;
    try {
      if (digits.length() < 2 || digits.charAt(0) != '0') {
        return new Value.Int(Long.parseLong(sign + digits));
      }
      return switch (digits.charAt(1)) {
        case 'x', 'X' -> new Value.Int(Long.parseLong(sign + digits.substring(2), 16));
        case 'b', 'B' -> new Value.Int(Long.parseLong(sign + digits.substring(2), 2));
        default -> new Value.Int(Long.parseLong(sign + digits, 8));
      };
    } catch (NumberFormatException e) {
      throw new FilterError("integer literal is out of range: " + text);
    }
  }

  static Value floating(String text) {
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new FilterError("floating literal is out of range: " + text);
    }
    return new Value.Real(value);
  }

  /** A number of either kind, with an optional sign. */
  static Value number(String text) {
    boolean hexadecimal = text.contains("x") || text.contains("X");
    boolean floating =
        hexadecimal
            ? text.contains("p") || text.contains("P")
            : text.contains(".") || text.contains("e") || text.contains("E");
    return floating ? floating(text) : integer(text);
  }

  /** A string in quotes, or a raw string. */
  static String string(String token) {
    return isRaw(token) ? raw(token) : unescape(token.substring(1, token.length() - 1));
  }

  /** A string in which only the backslash and the quotes can be escaped; other escapes stay. */
  static String pattern(String token) {
    if (isRaw(token)) {
      return raw(token);
    }
    var text = new StringBuilder();
    for (int i = 1; i < token.length() - 1; i++) {
      char c = token.charAt(i);
      char next = c == '\\' ? token.charAt(i + 1) : ' ';
      if (c == '\\' && (next == '\\' || next == '"' || next == '\'')) {
        text.append(next);
        i++;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** The values of a list token: {@code [1, "a", ]}. */
  static Value.Many list(String token) {
    List<Value> values = new ArrayList<>();
    int at = 1;
    while (at < token.length() - 1) {
      char c = token.charAt(at);
      if (c == ',' || Character.isWhitespace(c)) {
        at++;
        continue;
      }
      if (values.size() == MAX_LIST_VALUES) {
        throw new FilterError("a list holds more than " + MAX_LIST_VALUES + " values");
      }
      int end = literalEnd(token, at);
      values.add(literal(token.substring(at, end)));
      at = end;
    }
    return new Value.Many(values);
  }

  /** The name and the subscripts of {@code name["a"][0]}. */
  static Syntax.Subscripted subscripted(String token) {
    int open = token.indexOf('[');
    List<Syntax.Subscript> subscripts = new ArrayList<>();
    int at = open;
    while (at < token.length()) {
      int end = literalEnd(token, at + 1);
      String key = token.substring(at + 1, end);
      boolean quoted = !Character.isDigit(key.charAt(0));
      subscripts.add(new Syntax.Subscript(quoted ? string(key) : key, quoted));
      at = end + 1;
    }
    return new Syntax.Subscripted(token.substring(0, open), subscripts);
  }

  private static Value literal(String text) {
    return switch (text.charAt(0)) {
      case 't', 'T', 'f', 'F' -> bool(text);
      case '"', '\'', 'r', 'R' -> new Value.Text(string(text));
      default -> number(text);
    };
  }

  private static int literalEnd(String token, int start) {
    int at = start;
    char first = token.charAt(at);
    if (first == 'r' || first == 'R') {
      first = token.charAt(++at);
    }
    if (first == '"' || first == '\'') {
      for (at++; token.charAt(at) != first; at++) {
        if (token.charAt(at) == '\\') {
          at++;
        }
      }
      return at + 1;
    }
    while (token.charAt(at) != ',' && token.charAt(at) != ']' && token.charAt(at) > ' ') {
      at++;
    }
    return at;
  }

  private static boolean isRaw(String token) {
    return token.charAt(0) == 'r' || token.charAt(0) == 'R';
  }

  private static String raw(String token) {
    return token.substring(2, token.length() - 1);
  }

  /** Escapes may name bytes (\x, octal), so that the text is put together as UTF-8. */
  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    var bytes = new ByteArrayOutputStream(text.length());
    int at = 0;
    while (at < text.length()) {
      int escape = text.indexOf('\\', at);
      int end = escape < 0 ? text.length() : escape;
      bytes.writeBytes(Utf8.bytes(text.substring(at, end)));
      at = escape < 0 ? end : end + escape(text, end, bytes);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new FilterError("string literal is not valid UTF-8: " + text);
    }
  }

  /** Writes the escape at {@code at}; returns its length in characters. */
  private static int escape(String text, int at, ByteArrayOutputStream bytes) {
    char c = text.charAt(at + 1);
    switch (c) {
      case '\\', '"', '\'' -> bytes.write(c);
      case 'a' -> bytes.write(7);
      case 'b' -> bytes.write('\b');
      case 'f' -> bytes.write('\f');
      case 'n' -> bytes.write('\n');
      case 'r' -> bytes.write('\r');
      case 't' -> bytes.write('\t');
      case 'v' -> bytes.write(11);
      case 'x' -> {
        bytes.write(digits(text, at + 2, 2, 16));
        return 4;
      }
      case 'u' -> {
        writeCodePoint(text, digits(text, at + 2, 4, 16), bytes);
        return 6;
      }
      case 'U' -> {
        writeCodePoint(text, digits(text, at + 2, 8, 16), bytes);
        return 10;
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int value = digits(text, at + 1, 3, 8);
        if (value > 255) {
          throw invalidEscape(text);
        }
        bytes.write(value);
        return 4;
      }
      default -> throw invalidEscape(text);
    }
    return 2;
  }

  private static void writeCodePoint(String text, int codePoint, ByteArrayOutputStream bytes) {
    if (!Character.isValidCodePoint(codePoint)
        || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE)) {
      throw invalidEscape(text);
    }
    bytes.writeBytes(Utf8.bytes(Character.toString(codePoint)));
  }

  private static int digits(String text, int from, int count, int radix) {
    if (from + count > text.length()) {
      throw invalidEscape(text);
    }
    long value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0 || text.charAt(i) > 'f') {
        throw invalidEscape(text);
      }
      value = value * radix + digit;
    }
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  private static FilterError invalidEscape(String text) {
    return new FilterError("invalid escape in string literal: " + text);
  }
}
