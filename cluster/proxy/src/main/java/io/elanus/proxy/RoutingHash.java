package io.elanus.proxy;

import io.elanus.schema.Column;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The hashes by which Milvus routes rows: MurmurHash3 x86 32-bit with seed 0 for Int64, CRC-32 of
 * the first 100 bytes for VarChar. Both as non-negative numbers.
 */
final class RoutingHash {
  private static final int TEXT_BYTES = 100;
  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private RoutingHash() {}

  static long of(long key) {
    int hash = mix(0, (int) key);
    hash = mix(hash, (int) (key >>> 32));
    hash ^= Long.BYTES;
    hash ^= hash >>> 16;
    hash *= 0x85ebca6b;
    hash ^= hash >>> 13;
    hash *= 0xc2b2ae35;
    hash ^= hash >>> 16;
    return hash & 0x7fffffff;
  }

  private static int mix(int hash, int block) {
    int mixed = hash ^ Integer.rotateLeft(block * C1, 15) * C2;
    return Integer.rotateLeft(mixed, 13) * 5 + 0xe6546b64;
  }

  static long of(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return crc(bytes);
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, Math.min(bytes.length, TEXT_BYTES));
    return crc.getValue();
  }

  /** The hash of each row of an Int64 or VarChar column, modulo {@code buckets}. */
  static int[] buckets(Column column, int buckets) {
    int[] result = new int[column.rows()];
    if (buckets == 1) {
      return result;
    }
    switch (column) {
      case Column.Fixed numbers -> {
        for (int row = 0; row < result.length; row++) {
          result[row] = (int) (of(numbers.asLong(row)) % buckets);
        }
      }
      case Column.Variable texts -> {
        for (int row = 0; row < result.length; row++) {
          int length = Math.min(texts.length(row), TEXT_BYTES);
          byte[] head =
              texts.data().asSlice(texts.start(row), length).toArray(ValueLayout.JAVA_BYTE);
          result[row] = (int) (crc(head) % buckets);
        }
      }
      case Column.Bit bit -> throw new IllegalArgumentException("a key is Int64 or VarChar");
      case Column.Array array -> throw new IllegalArgumentException("a key is Int64 or VarChar");
    }
    return result;
  }
}
