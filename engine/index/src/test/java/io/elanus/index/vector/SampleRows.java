package io.elanus.index.vector;

import io.elanus.index.DenseRows;
import io.elanus.index.SparseRows;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Seeded rows. Dense ones lie around random centres, as embeddings of texts do; queries come from
 * the same centres.
 */
public final class SampleRows {
  final DataType type;
  final int dimension;
  private final Random random;
  private final float[][] centres;
  private final float spread;

  public SampleRows(DataType type, int dimension, int clusters, float spread, long seed) {
    this.type = type;
    this.dimension = dimension;
    this.spread = spread;
    this.random = new Random(seed);
    this.centres = new float[clusters][dimension];
    for (float[] centre : centres) {
      for (int i = 0; i < dimension; i++) {
        centre[i] = (float) random.nextGaussian();
      }
    }
  }

  public static SampleRows of(DataType type, int dimension, long seed) {
    return new SampleRows(type, dimension, 20, 0.7f, seed);
  }

  /** Rows in chunks of {@code rowsPerChunk}, every one present. */
  public DenseRows rows(int count, int rowsPerChunk, Arena arena) {
    int rowBytes = type.rowBytes(dimension);
    List<MemorySegment> chunks = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      if (row % rowsPerChunk == 0) {
        chunks.add(arena.allocate((long) rowsPerChunk * rowBytes, 64));
      }
      MemorySegment.copy(
          vector(), 0, chunks.getLast(), (long) (row % rowsPerChunk) * rowBytes, rowBytes);
    }
    return new DenseRows(type, dimension, count, rowsPerChunk, chunks, Bits.all(count));
  }

  public DenseRows rows(int count, Arena arena) {
    return rows(count, Math.max(1, count), arena);
  }

  /** The next vector, on the heap. */
  public MemorySegment vector() {
    return vector(random.nextInt(centres.length));
  }

  /** The next vector of one cluster. */
  public MemorySegment vector(int cluster) {
    float[] centre = centres[cluster];
    MemorySegment row = MemorySegment.ofArray(new byte[type.rowBytes(dimension)]);
    for (int i = 0; i < dimension; i++) {
      float value = centre[i] + spread * (float) random.nextGaussian();
      switch (type) {
        case FLOAT_VECTOR -> row.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, value);
        case FLOAT16_VECTOR ->
            row.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, Float.floatToFloat16(value));
        case BFLOAT16_VECTOR ->
            row.set(
                ValueLayout.JAVA_SHORT_UNALIGNED,
                2L * i,
                (short) (Float.floatToRawIntBits(value) >>> 16));
        case INT8_VECTOR ->
            row.set(ValueLayout.JAVA_BYTE, i, (byte) Math.clamp(Math.round(value * 40), -128, 127));
        case BINARY_VECTOR -> {
          byte octet = row.get(ValueLayout.JAVA_BYTE, i / 8);
          row.set(ValueLayout.JAVA_BYTE, i / 8, (byte) (octet | (value > 0 ? 1 << (i % 8) : 0)));
        }
        default -> throw new IllegalArgumentException(type.toString());
      }
    }
    return row;
  }

  /** A filter that keeps about a share of the rows. */
  public static Bits some(int count, double share, long seed) {
    Random random = new Random(seed);
    Bits bits = Bits.none(count);
    for (int row = 0; row < count; row++) {
      if (random.nextDouble() < share) {
        bits.set(row);
      }
    }
    return bits;
  }

  /**
   * Sparse rows of up to {@code pairs} pairs; low dimensions are frequent, as in texts. Every
   * seventh row is empty.
   */
  public static SparseRows sparse(int count, int dimensions, int pairs, long seed, Arena arena) {
    Random random = new Random(seed);
    List<MemorySegment> rows = new ArrayList<>();
    long bytes = 0;
    for (int row = 0; row < count; row++) {
      rows.add(
          row % 7 == 6 ? MemorySegment.ofArray(new byte[0]) : sparse(random, dimensions, pairs));
      bytes += rows.getLast().byteSize();
    }
    MemorySegment offsets = arena.allocate(4L * count + 4, 4);
    MemorySegment data = arena.allocate(Math.max(1, bytes), 4);
    int at = 0;
    for (int row = 0; row < count; row++) {
      MemorySegment.copy(rows.get(row), 0, data, at, rows.get(row).byteSize());
      at += (int) rows.get(row).byteSize();
      offsets.setAtIndex(ValueLayout.JAVA_INT, row + 1L, at);
    }
    return new SparseRows(count, offsets, data, Bits.all(count));
  }

  public static MemorySegment sparse(Random random, int dimensions, int pairs) {
    TreeMap<Integer, Float> row = new TreeMap<>();
    int wanted = 1 + random.nextInt(pairs);
    for (int i = 0; i < wanted; i++) {
      double skewed = Math.pow(random.nextDouble(), 3);
      row.put((int) (skewed * dimensions), 0.1f + random.nextFloat());
    }
    MemorySegment bytes = MemorySegment.ofArray(new byte[8 * row.size()]);
    long at = 0;
    for (var pair : row.entrySet()) {
      bytes.set(ValueLayout.JAVA_INT_UNALIGNED, at, pair.getKey());
      bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + 4, pair.getValue());
      at += 8;
    }
    return bytes;
  }
}
