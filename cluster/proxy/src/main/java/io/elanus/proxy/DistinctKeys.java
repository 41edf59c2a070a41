package io.elanus.proxy;

import io.elanus.schema.Keys;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;

/** How many different keys there are, and which. */
final class DistinctKeys {
  private DistinctKeys() {}

  static int count(Keys keys) {
    return switch (keys) {
      case Keys.Longs longs -> {
        long[] sorted = longs.keys().clone();
        Arrays.sort(sorted);
        int distinct = sorted.length == 0 ? 0 : 1;
        for (int i = 1; i < sorted.length; i++) {
          distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        yield distinct;
      }
      case Keys.Texts texts -> new HashSet<>(texts.keys()).size();
    };
  }

  static Keys of(Keys keys) {
    if (count(keys) == keys.size()) {
      return keys;
    }
    return switch (keys) {
      case Keys.Longs longs -> Keys.of(Arrays.stream(longs.keys()).distinct().toArray());
      case Keys.Texts texts -> Keys.of(List.copyOf(new LinkedHashSet<>(texts.keys())));
    };
  }
}
