package io.elanus.node.read;

import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.List;

/** Primary keys gathered one by one, in the kind they come in. */
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
}
