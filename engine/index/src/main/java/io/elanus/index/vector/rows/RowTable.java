package io.elanus.index.vector.rows;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * An index's own copy of vectors, padded for kernels. Under COSINE float32 rows are of length 1, so
 * that their distance is an inner product; other types keep their bits, which scaling would not.
 *
 * @param distance what the kernel computes on these rows
 * @param data [count × stride] bytes
 */
public record RowTable(
    ElementType type, Distance distance, int dimension, int count, MemorySegment data) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Rows copied between two looks at whether to stop. */
  private static final int ROWS_PER_LOOK = 64;

  /** A table for rows of a type under a metric, over memory that holds them already. */
  public static RowTable over(
      ElementType type, Metric metric, int dimension, int count, MemorySegment data) {
    return new RowTable(type, stored(type, metric), dimension, count, data);
  }

  /**
   * Copies rows of a column, unless the build is cancelled meanwhile; what the column has not is
   * zero.
   *
   * @param rows which ones, in the order of the table
   */
  public static RowTable copy(
      DenseRows column, Metric metric, int[] rows, BuildContext context, Arena arena) {
    ElementType type = Shapes.elements(column.type());
    int stride = type.paddedBytes(column.dimension());
    MemorySegment data = context.allocate(arena, (long) rows.length * stride);
    RowTable table = over(type, metric, column.dimension(), rows.length, data);
    boolean normalise = metric == Metric.COSINE && type == ElementType.FLOAT32;
    float[] values = new float[normalise ? column.dimension() : 0];
    for (int i = 0; i < rows.length; i++) {
      context.look(i, ROWS_PER_LOOK);
      if (!column.present().get(rows[i])) {
        continue;
      }
      MemorySegment row = column.row(rows[i]);
      if (normalise) {
        Elements.decode(type, row, 0, values);
        Elements.normalise(values);
        MemorySegment.copy(values, 0, data, FLOAT, (long) i * stride, values.length);
      } else {
        MemorySegment.copy(row, 0, data, (long) i * stride, row.byteSize());
      }
    }
    return table;
  }

  /** The rows as float32, of length 1 under COSINE; this table if it is that already. */
  public RowTable floats(Metric metric, Workers workers, Arena arena) {
    if (type == ElementType.FLOAT32) {
      return this;
    }
    int floatStride = ElementType.FLOAT32.paddedBytes(dimension);
    MemorySegment floats = workers.context().allocate(arena, (long) count * floatStride);
    workers.run(
        count,
        (worker, slot) -> {
          float[] values = values(slot);
          if (metric == Metric.COSINE) {
            Elements.normalise(values);
          }
          MemorySegment.copy(values, 0, floats, FLOAT, (long) slot * floatStride, values.length);
        });
    return over(ElementType.FLOAT32, metric, dimension, count, floats);
  }

  /** The same table without the rows behind the first so many. */
  public RowTable first(int rows) {
    return new RowTable(type, distance, dimension, rows, data);
  }

  /** The numbers of one row. */
  public float[] values(int slot) {
    float[] values = new float[dimension];
    Elements.decode(type, data, (long) slot * stride(), values);
    return values;
  }

  public int stride() {
    return type.paddedBytes(dimension);
  }

  public Kernel kernel() {
    return Kernels.of(type, distance, dimension);
  }

  public Kernel kernelForAnswers() {
    return Kernels.forAnswers(type, distance, dimension);
  }

  /** A query as a row of this table: of length 1 where its rows are. */
  public static MemorySegment query(
      MemorySegment vector, ElementType type, Metric metric, int dimension) {
    MemorySegment row = vector.asSlice(0, type.rowBytes(dimension));
    if (metric != Metric.COSINE || type != ElementType.FLOAT32) {
      return row;
    }
    float[] values = new float[dimension];
    Elements.decode(type, row, 0, values);
    Elements.normalise(values);
    return MemorySegment.ofArray(values);
  }

  private static Distance stored(ElementType type, Metric metric) {
    return metric == Metric.COSINE && type == ElementType.FLOAT32
        ? Distance.INNER_PRODUCT
        : Shapes.distance(metric);
  }
}
