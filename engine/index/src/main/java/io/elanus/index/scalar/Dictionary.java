package io.elanus.index.scalar;

import io.elanus.schema.Column;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The distinct values of an index, ascending; read in place. */
sealed interface Dictionary {
  int size();

  /**
   * Integers.
   *
   * @param values [size] int64 ascending
   */
  record Longs(int size, MemorySegment values) implements Dictionary {
    /** The first value that is not less than {@code key}; size when there is none. */
    int atLeast(long key) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (values.get(Column.LONG, 8L * middle) < key) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /** The first value greater than {@code key}. */
    int above(long key) {
      return key == Long.MAX_VALUE ? size : atLeast(key + 1);
    }
  }

  /**
   * Texts.
   *
   * @param starts [size + 1] int32
   * @param bytes UTF-8, ascending in byte order
   */
  record Texts(int size, MemorySegment starts, MemorySegment bytes) implements Dictionary {
    int atLeast(byte[] key) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (order(middle, key, key.length) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    int above(byte[] key) {
      int at = atLeast(key);
      return at < size && order(at, key, key.length) == 0 ? at + 1 : at;
    }

    /** The first value from {@code from} on that does not start with {@code prefix}. */
    int afterPrefix(int from, byte[] prefix) {
      int low = from;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (startsWith(middle, prefix)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    String text(int at) {
      return new String(
          bytes.asSlice(start(at), length(at)).toArray(ValueLayout.JAVA_BYTE),
          StandardCharsets.UTF_8);
    }

    private boolean startsWith(int at, byte[] prefix) {
      return commonBytes(at, prefix) == prefix.length;
    }

    private int order(int at, byte[] key, int keyLength) {
      int common = commonBytes(at, key);
      if (common < keyLength && common < length(at)) {
        return Byte.compareUnsigned(
            bytes.get(ValueLayout.JAVA_BYTE, start(at) + (long) common), key[common]);
      }
      return Integer.compare(length(at), keyLength);
    }

    private int commonBytes(int at, byte[] key) {
      int most = Math.min(length(at), key.length);
      long start = start(at);
      int common = 0;
      while (common < most && bytes.get(ValueLayout.JAVA_BYTE, start + common) == key[common]) {
        common++;
      }
      return common;
    }

    private int start(int at) {
      return starts.get(Column.INT, 4L * at);
    }

    private int length(int at) {
      return start(at + 1) - start(at);
    }
  }
}
