package io.elanus.node.query;

import io.elanus.schema.Keys;
import io.elanus.segment.KeyOrder;
import java.util.ArrayList;
import java.util.List;

/** Primary keys gathered one by one, in the kind they come in, and their order. */
final class KeyList {
  private final List<Comparable<?>> keys;

  KeyList(int expected) {
    keys = new ArrayList<>(expected);
  }

  void add(Comparable<?> key) {
    keys.add(key);
  }

  Keys build() {
    if (!keys.isEmpty() && keys.getFirst() instanceof String) {
      return new Keys.Texts(keys.stream().map(String.class::cast).toList());
    }
    long[] longs = new long[keys.size()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = (Long) keys.get(i);
    }
    return new Keys.Longs(longs);
  }

  /** In the order of {@link KeyOrder}. */
  static int compare(Keys left, int leftIndex, Keys right, int rightIndex) {
    if (left instanceof Keys.Longs a && right instanceof Keys.Longs b) {
      return Long.compare(a.keys()[leftIndex], b.keys()[rightIndex]);
    }
    return KeyOrder.compare(left.get(leftIndex), right.get(rightIndex));
  }
}
