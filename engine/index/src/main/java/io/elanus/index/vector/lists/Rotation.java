package io.elanus.index.vector.lists;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.RandomRotation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A random rotation of the rows of an index.
 *
 * <p>Section: ROTATION, [4 × dimension] bytes, each 1 for a minus.
 */
record Rotation(int dimension, RandomRotation map) {
  static Rotation random(int dimension) {
    return new Rotation(dimension, RandomRotation.random(dimension));
  }

  /** Bytes of the section. */
  static int bytes(int dimension) {
    return RandomRotation.bytes(dimension);
  }

  static Rotation of(IndexFile file) {
    int dimension = file.dimension();
    MemorySegment section = file.section(IndexFileFormat.Section.ROTATION, bytes(dimension));
    return new Rotation(
        dimension, RandomRotation.of(dimension, section.toArray(ValueLayout.JAVA_BYTE)));
  }

  MemorySegment section(Arena arena) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, map.minus());
  }

  /** Turned float32 rows. */
  RowTable turned(RowTable rows, Workers workers, Arena arena) {
    long stride = rows.stride();
    MemorySegment data = workers.context().allocate(arena, rows.count() * stride);
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
    map.turn(x);
    return x;
  }
}
