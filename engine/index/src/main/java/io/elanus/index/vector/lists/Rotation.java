package io.elanus.index.vector.lists;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/**
 * A random orthogonal map of float32 vectors: four rounds of random signs, a Walsh-Hadamard
 * transform of the first or the last 2ⁿ elements in turn, and, where 2ⁿ is not all of them, of sums
 * and differences of the two halves (after Ailon & Chazelle 2006, fast Johnson-Lindenstrauss).
 *
 * <p>Section: ROTATION, [4 × dimension] bytes, each 1 for a minus.
 */
final class Rotation {
  private static final int ROUNDS = 4;
  private static final long SEED = 0x5EED;

  private final int dimension;
  private final byte[] minus;
  private final int transformed;

  private Rotation(int dimension, byte[] minus) {
    this.dimension = dimension;
    this.minus = minus;
    this.transformed = Integer.highestOneBit(dimension);
  }

  static Rotation random(int dimension) {
    byte[] minus = new byte[ROUNDS * dimension];
    Random random = new Random(SEED);
    for (int i = 0; i < minus.length; i++) {
      minus[i] = (byte) random.nextInt(2);
    }
    return new Rotation(dimension, minus);
  }

  static Rotation of(IndexFile file) {
    MemorySegment section =
        file.section(IndexFileFormat.Section.ROTATION, (long) ROUNDS * file.dimension());
    return new Rotation(file.dimension(), section.toArray(ValueLayout.JAVA_BYTE));
  }

  MemorySegment section(Arena arena) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, minus);
  }

  /** Turned float32 rows. */
  RowTable turned(RowTable rows, Workers workers, Arena arena) {
    long stride = rows.stride();
    MemorySegment data = arena.allocate(Math.max(64, rows.count() * stride), 64);
    workers.run(
        rows.count(),
        (worker, i) -> {
          float[] values = turned(rows.values(i));
          MemorySegment.copy(values, 0, data, IndexFileFormat.FLOAT, i * stride, values.length);
        });
    return new RowTable(ElementType.FLOAT32, rows.distance(), dimension, rows.count(), data);
  }

  /** A turned copy. */
  float[] turned(float[] values) {
    float[] x = values.clone();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < dimension; i++) {
        x[i] = minus[round * dimension + i] == 0 ? x[i] : -x[i];
      }
      transform(x, round % 2 == 0 ? 0 : dimension - transformed);
      if (transformed < dimension) {
        mix(x);
      }
    }
    return x;
  }

  private void transform(float[] x, int from) {
    float scale = (float) (1 / Math.sqrt(transformed));
    for (int i = from; i < from + transformed; i++) {
      x[i] *= scale;
    }
    for (int half = 1; half < transformed; half *= 2) {
      for (int block = from; block < from + transformed; block += 2 * half) {
        for (int i = block; i < block + half; i++) {
          float a = x[i];
          float b = x[i + half];
          x[i] = a + b;
          x[i + half] = a - b;
        }
      }
    }
  }

  private void mix(float[] x) {
    int half = dimension / 2;
    int other = dimension - half;
    float scale = (float) Math.sqrt(0.5);
    for (int i = 0; i < half; i++) {
      float a = x[i];
      float b = x[i + other];
      x[i] = (a + b) * scale;
      x[i + other] = (a - b) * scale;
    }
  }
}
