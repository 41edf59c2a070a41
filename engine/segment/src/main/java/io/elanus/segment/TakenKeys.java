package io.elanus.segment;

import io.elanus.schema.DataType;
import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.List;

/** Copies keys out of columns. */
final class TakenKeys {
  private TakenKeys() {}

  static Keys of(ChunkedColumn column, DataType type, int[] ordinals) {
    if (type == DataType.VARCHAR) {
      List<String> keys = new ArrayList<>(ordinals.length);
      for (int ordinal : ordinals) {
        keys.add((String) column.key(ordinal));
      }
      return Keys.of(keys);
    }
    long[] keys = new long[ordinals.length];
    for (int i = 0; i < ordinals.length; i++) {
      keys[i] = column.asLong(ordinals[i]);
    }
    return Keys.of(keys);
  }
}
