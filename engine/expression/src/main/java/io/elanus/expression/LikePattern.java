package io.elanus.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A {@code like} pattern: {@code %} is any run, {@code _} one code point, a backslash makes the
 * next character literal; the whole value must match. Pieces between {@code %} are matched from
 * left to right without overlap, which is linear in the value's length for each piece.
 */
final class LikePattern {
  private static final int ANY_ONE = -1;

  /** Code points and {@link #ANY_ONE}; consecutive pieces have a {@code %} between them. */
  private final List<int[]> pieces;

  private LikePattern(List<int[]> pieces) {
    this.pieces = pieces;
  }

  /**
   * @throws FilterError when the pattern ends in a lone backslash
   */
  static LikePattern of(String pattern) {
    List<int[]> pieces = new ArrayList<>();
    int[] points = pattern.codePoints().toArray();
    int[] piece = new int[points.length];
    int length = 0;
    for (int i = 0; i < points.length; i++) {
      switch (points[i]) {
        case '%' -> {
          pieces.add(Arrays.copyOf(piece, length));
          length = 0;
        }
        case '_' -> piece[length++] = ANY_ONE;
        case '\\' -> {
          if (++i == points.length) {
            throw new FilterError(
                "Invalid LIKE pattern: trailing backslash with nothing to escape");
          }
          piece[length++] = points[i];
        }
        default -> piece[length++] = points[i];
      }
    }
    pieces.add(Arrays.copyOf(piece, length));
    return new LikePattern(pieces);
  }

  /** The only text that matches, if the pattern has no wildcard. */
  Optional<String> exact() {
    return pieces.size() == 1 && literal(pieces.getFirst()) == pieces.getFirst().length
        ? Optional.of(prefix())
        : Optional.empty();
  }

  /** What every matching text starts with. */
  String prefix() {
    int[] first = pieces.getFirst();
    return new String(first, 0, literal(first));
  }

  /** The pattern is a literal followed by one {@code %}. */
  boolean isPrefix() {
    return pieces.size() == 2
        && pieces.getLast().length == 0
        && literal(pieces.getFirst()) == pieces.getFirst().length;
  }

  boolean matches(String text) {
    int[] points = text.codePoints().toArray();
    int[] first = pieces.getFirst();
    int[] last = pieces.getLast();
    if (pieces.size() == 1) {
      return points.length == first.length && matchesAt(points, 0, first);
    }
    int end = points.length - last.length;
    if (end < first.length || !matchesAt(points, 0, first) || !matchesAt(points, end, last)) {
      return false;
    }
    int at = first.length;
    for (int[] piece : pieces.subList(1, pieces.size() - 1)) {
      int found = find(points, at, end, piece);
      if (found < 0) {
        return false;
      }
      at = found + piece.length;
    }
    return true;
  }

  private static int find(int[] points, int from, int end, int[] piece) {
    for (int at = from; at + piece.length <= end; at++) {
      if (matchesAt(points, at, piece)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean matchesAt(int[] points, int at, int[] piece) {
    for (int i = 0; i < piece.length; i++) {
      if (piece[i] != ANY_ONE && piece[i] != points[at + i]) {
        return false;
      }
    }
    return true;
  }

  private static int literal(int[] piece) {
    int length = 0;
    while (length < piece.length && piece[length] != ANY_ONE) {
      length++;
    }
    return length;
  }
}
