package io.elanus.schema;

import java.util.ArrayList;
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

  /**
   * The keys of several pieces, one after the other.
   *
   * @param texts whether they are VarChar; an empty piece may be of either kind
   */
  static Keys joined(List<Keys> pieces, boolean texts) {
    if (texts) {
      List<String> all = new ArrayList<>();
      for (Keys piece : pieces) {
        if (piece instanceof Texts some) {
          all.addAll(some.keys());
        }
      }
      return new Texts(all);
    }
    long[] all = new long[pieces.stream().mapToInt(Keys::size).sum()];
    int at = 0;
    for (Keys piece : pieces) {
      if (piece instanceof Longs some) {
        System.arraycopy(some.keys(), 0, all, at, some.size());
        at += some.size();
      }
    }
    return new Longs(all);
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
