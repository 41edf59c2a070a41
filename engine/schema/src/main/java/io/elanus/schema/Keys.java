package io.elanus.schema;

import java.util.Arrays;
import java.util.List;

/** Primary keys, in row order: all Int64 or all VarChar. */
public sealed interface Keys {
  int size();

  /** The key at {@code index} as {@code Long} or {@code String}. */
  Comparable<?> get(int index);

  /** The keys at these positions, in that order. */
  Keys take(int[] indexes);

  static Keys of(long... keys) {
    return new Longs(keys);
  }

  static Keys of(List<String> keys) {
    return new Texts(keys);
  }

  record Longs(long[] keys) implements Keys {
    @Override
    public int size() {
      return keys.length;
    }

    @Override
    public Long get(int index) {
      return keys[index];
    }

    @Override
    public Keys take(int[] indexes) {
      long[] taken = new long[indexes.length];
      for (int i = 0; i < indexes.length; i++) {
        taken[i] = keys[indexes[i]];
      }
      return new Longs(taken);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Longs longs && Arrays.equals(longs.keys, keys);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(keys);
    }

    @Override
    public String toString() {
      return Arrays.toString(keys);
    }
  }

  record Texts(List<String> keys) implements Keys {
    public Texts {
      keys = List.copyOf(keys);
    }

    @Override
    public int size() {
      return keys.size();
    }

    @Override
    public String get(int index) {
      return keys.get(index);
    }

    @Override
    public Keys take(int[] indexes) {
      return new Texts(Arrays.stream(indexes).mapToObj(keys::get).toList());
    }
  }
}
