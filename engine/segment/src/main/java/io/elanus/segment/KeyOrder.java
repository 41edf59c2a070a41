package io.elanus.segment;

/** The order of primary keys: integers by value, texts by code point, which is that of UTF-8. */
public final class KeyOrder {
  private KeyOrder() {}

  /** Compares two keys of one collection, both {@code Long} or both {@code String}. */
  public static int compare(Comparable<?> left, Comparable<?> right) {
    return left instanceof Long number
        ? Long.compare(number, (Long) right)
        : compareTexts((String) left, (String) right);
  }

  private static int compareTexts(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean highA = Character.isSurrogate(a);
        boolean highB = Character.isSurrogate(b);
        return highA == highB ? Character.compare(a, b) : Boolean.compare(highA, highB);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
