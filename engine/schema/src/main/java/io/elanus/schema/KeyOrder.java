package io.elanus.schema;

/** The order of primary keys: integers by value, texts by code point, which is that of UTF-8. */
public final class KeyOrder {
  private KeyOrder() {}

  /** Compares two keys of one collection, both {@code Long} or both {@code String}. */
  public static int compare(Comparable<?> left, Comparable<?> right) {
    return left instanceof Long number
        ? Long.compare(number, (Long) right)
        : compareTexts((String) left, (String) right);
  }

  /** Compares two keys where they stand; both lists are of one kind. */
  public static int compare(Keys left, int leftIndex, Keys right, int rightIndex) {
    return switch (left) {
      case Keys.Longs longs ->
          Long.compare(longs.keys()[leftIndex], ((Keys.Longs) right).keys()[rightIndex]);
      case Keys.Texts texts ->
          compareTexts(texts.get(leftIndex), ((Keys.Texts) right).get(rightIndex));
    };
  }

  /** Surrogates stand for code points above all others of two bytes. */
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
