package io.elanus.index.scalar;

import io.elanus.index.scalar.ScalarIndexFormat.ValueClass;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Builds an index file: sorts the distinct values, then deals the rows out to them by a counting
 * sort, which leaves the rows of each value in ascending order.
 */
final class PostingsBuilder {
  /** From so many rows a value on, sets are smaller and faster than lists. */
  private static final int ROWS_PER_SET = 32;

  private final IndexedValues pairs;
  private final boolean preferSets;
  private final int flags;

  /**
   * @param preferSets as Roaring sets however few rows a value has
   */
  PostingsBuilder(IndexedValues pairs, boolean preferSets, int flags) {
    this.pairs = pairs;
    this.preferSets = preferSets;
    this.flags = flags;
  }

  byte[] build() {
    return pairs.valueClass() == ValueClass.TEXT ? texts() : numbers();
  }

  private byte[] numbers() {
    long[] all = new long[pairs.pairs()];
    for (int i = 0; i < all.length; i++) {
      all[i] = pairs.number(i);
    }
    long[] distinct = Arrays.stream(all).sorted().distinct().toArray();
    int[] ordinals = new int[all.length];
    for (int i = 0; i < all.length; i++) {
      ordinals[i] = Arrays.binarySearch(distinct, all[i]);
    }
    byte[] values = new byte[8 * distinct.length];
    MemorySegment segment = MemorySegment.ofArray(values);
    for (int i = 0; i < distinct.length; i++) {
      segment.set(Column.LONG, 8L * i, distinct[i]);
    }
    return assemble(distinct.length, values, new byte[0], ordinals);
  }

  private byte[] texts() {
    byte[][] sorted = new byte[pairs.pairs()][];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = pairs.text(i);
    }
    Arrays.sort(sorted, Arrays::compareUnsigned);
    int size = 0;
    for (byte[] text : sorted) {
      if (size == 0 || !Arrays.equals(sorted[size - 1], text)) {
        sorted[size++] = text;
      }
    }
    byte[][] distinct = Arrays.copyOf(sorted, size);
    int[] ordinals = new int[pairs.pairs()];
    for (int i = 0; i < ordinals.length; i++) {
      ordinals[i] = Arrays.binarySearch(distinct, pairs.text(i), Arrays::compareUnsigned);
    }
    int[] starts = new int[size + 1];
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < size; i++) {
      bytes.writeBytes(distinct[i]);
      starts[i + 1] = bytes.size();
    }
    return assemble(size, littleEndian(starts), bytes.toByteArray(), ordinals);
  }

  private byte[] assemble(int distinct, byte[] values, byte[] texts, int[] ordinals) {
    int[] starts = starts(distinct, ordinals);
    int[] rows = rows(starts, ordinals);
    boolean sets = preferSets || rows.length / Math.max(1, distinct) >= ROWS_PER_SET;
    byte[] postings = sets ? sets(starts, rows) : littleEndian(rows);
    return ScalarIndexFormat.assemble(
        pairs.valueClass(),
        flags | (sets ? ScalarIndexFormat.ROARING : 0),
        pairs.known().size(),
        distinct,
        List.of(littleEndian(pairs.known()), values, texts, littleEndian(starts), postings));
  }

  private static int[] starts(int distinct, int[] ordinals) {
    int[] starts = new int[distinct + 1];
    for (int ordinal : ordinals) {
      starts[ordinal + 1]++;
    }
    for (int i = 0; i < distinct; i++) {
      starts[i + 1] += starts[i];
    }
    return starts;
  }

  private int[] rows(int[] starts, int[] ordinals) {
    int[] next = starts.clone();
    int[] rows = new int[ordinals.length];
    for (int pair = 0; pair < ordinals.length; pair++) {
      rows[next[ordinals[pair]]++] = pairs.row(pair);
    }
    return rows;
  }

  /** The sets, one after the other; {@code starts} becomes where each begins, in bytes. */
  private static byte[] sets(int[] starts, int[] rows) {
    var bytes = new ByteArrayOutputStream();
    for (int value = 0; value + 1 < starts.length; value++) {
      var set = new MutableRoaringBitmap();
      for (int i = starts[value]; i < starts[value + 1]; i++) {
        set.add(rows[i]);
      }
      set.runOptimize();
      starts[value] = bytes.size();
      ByteBuffer buffer =
          ByteBuffer.allocate(set.serializedSizeInBytes()).order(ByteOrder.LITTLE_ENDIAN);
      set.serialize(buffer);
      bytes.writeBytes(buffer.array());
    }
    starts[starts.length - 1] = bytes.size();
    return bytes.toByteArray();
  }

  private static byte[] littleEndian(int[] values) {
    byte[] bytes = new byte[4 * values.length];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    return bytes;
  }

  private static byte[] littleEndian(Bits bits) {
    byte[] bytes = new byte[8 * bits.words().length];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(bits.words());
    return bytes;
  }
}
