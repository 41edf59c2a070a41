package io.elanus.segment;

import io.elanus.files.Checksums;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.MemorySegment;

/**
 * A blocked bloom filter over primary keys (Putze, Sanders, Singler 2007): a key sets {@value
 * #PROBES} bits within one block of 512, about 10 bits a key, 1 % false positives.
 *
 * <pre>
 *   0   4   magic "ELBF"
 *   4   2   format version 1
 *   6   2   zero
 *   8   4   blocks (int32)
 *   12  4   CRC32C of the blocks
 *   16  64 × blocks: bit i of a block is bit i & 63 of its word i >>> 6
 * </pre>
 *
 * Little-endian. A key with hash h ({@link KeyHash}) is in block ((h >>> 32) × blocks) >>> 32 with
 * h >>> 32 unsigned; its bits are (a + i × b) mod 512 for i in [0, 7), a = h & 511, b = (h >>> 9 &
 * 511) | 1.
 */
final class BloomFilter {
  private static final int MAGIC = 0x46424C45;
  private static final short VERSION = 1;
  private static final int HEADER_BYTES = 16;
  private static final int BLOCK_WORDS = 8;
  private static final int KEYS_PER_BLOCK = 51;
  private static final int PROBES = 7;

  private final long[] words;
  private final int blocks;

  private BloomFilter(long[] words) {
    this.words = words;
    this.blocks = words.length / BLOCK_WORDS;
  }

  /** An empty filter for about {@code keys} keys. */
  static BloomFilter forKeys(int keys) {
    int blocks = Math.max(1, (keys + KEYS_PER_BLOCK - 1) / KEYS_PER_BLOCK);
    return new BloomFilter(new long[blocks * BLOCK_WORDS]);
  }

  void add(long hash) {
    int base = block(hash);
    int bit = (int) hash & 511;
    int step = (int) (hash >>> 9) & 511 | 1;
    for (int i = 0; i < PROBES; i++, bit = (bit + step) & 511) {
      words[base + (bit >>> 6)] |= 1L << bit;
    }
  }

  boolean mayContain(long hash) {
    int base = block(hash);
    int bit = (int) hash & 511;
    int step = (int) (hash >>> 9) & 511 | 1;
    for (int i = 0; i < PROBES; i++, bit = (bit + step) & 511) {
      if ((words[base + (bit >>> 6)] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  private int block(long hash) {
    return (int) ((hash >>> 32) * blocks >>> 32) * BLOCK_WORDS;
  }

  byte[] encode() {
    byte[] bytes = new byte[HEADER_BYTES + 8 * words.length];
    MemorySegment target = MemorySegment.ofArray(bytes);
    for (int i = 0; i < words.length; i++) {
      target.set(Column.LONG, HEADER_BYTES + 8L * i, words[i]);
    }
    target.set(Column.INT, 0, MAGIC);
    target.set(Column.SHORT, 4, VERSION);
    target.set(Column.INT, 8, blocks);
    target.set(Column.INT, 12, (int) Checksums.crc32c(target.asSlice(HEADER_BYTES)));
    return bytes;
  }

  /** Reads a filter; throws DATA_INTEGRITY naming the file when the bytes are no such filter. */
  static BloomFilter decode(String file, MemorySegment bytes) {
    if (bytes.byteSize() < HEADER_BYTES
        || bytes.get(Column.INT, 0) != MAGIC
        || bytes.get(Column.SHORT, 4) != VERSION
        || bytes.get(Column.INT, 8) < 1
        || bytes.byteSize() != HEADER_BYTES + 64L * bytes.get(Column.INT, 8)
        || (int) Checksums.crc32c(bytes.asSlice(HEADER_BYTES)) != bytes.get(Column.INT, 12)) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "bloom filter is damaged")
          .with("file", file);
    }
    long[] words = new long[(int) ((bytes.byteSize() - HEADER_BYTES) / 8)];
    for (int i = 0; i < words.length; i++) {
      words[i] = bytes.get(Column.LONG, HEADER_BYTES + 8L * i);
    }
    return new BloomFilter(words);
  }
}
