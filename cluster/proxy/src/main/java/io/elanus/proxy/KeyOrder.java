package io.elanus.proxy;

import io.elanus.schema.Keys;

/** The order of primary keys: numbers by value, texts by their UTF-8 bytes (as code points). */
final class KeyOrder {
  private KeyOrder() {}

  static int compare(Keys left, int leftIndex, Keys right, int rightIndex) {
    return switch (left) {
      case Keys.Longs longs ->
          Long.compare(longs.keys()[leftIndex], ((Keys.Longs) right).keys()[rightIndex]);
      case Keys.Texts texts -> compare(texts.get(leftIndex), ((Keys.Texts) right).get(rightIndex));
    };
  }

  /** Surrogates stand for code points above all others of two bytes. */
  static int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean highA = Character.isSurrogate(a);
        boolean highB = Character.isSurrogate(b);
        return highA != highB ? (highA ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  /** Keys of several pieces, one after the other. */
  static Keys concatenated(java.util.List<Keys> pieces, boolean numbers) {
    int size = pieces.stream().mapToInt(Keys::size).sum();
    if (numbers) {
      long[] all = new long[size];
      int at = 0;
      for (Keys piece : pieces) {
        long[] keys = ((Keys.Longs) piece).keys();
        System.arraycopy(keys, 0, all, at, keys.length);
        at += keys.length;
      }
      return Keys.of(all);
    }
    java.util.List<String> all = new java.util.ArrayList<>(size);
    pieces.forEach(piece -> all.addAll(((Keys.Texts) piece).keys()));
    return Keys.of(all);
  }
}
