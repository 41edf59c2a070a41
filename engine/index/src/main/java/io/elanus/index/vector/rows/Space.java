package io.elanus.index.vector.rows;

import io.elanus.vectors.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Rows a graph is walked on: full vectors, or codes of them.
 *
 * @param rows slot s starts at byte s × stride
 */
public record Space(Kernel kernel, MemorySegment rows, long stride) implements FullRows {
  public static Space of(RowTable table) {
    return new Space(table.kernel(), table.data(), table.stride());
  }

  /** Of a table that answers and is not built from. */
  public static Space forAnswers(RowTable table) {
    return new Space(table.kernelForAnswers(), table.data(), table.stride());
  }

  @Override
  public void distances(MemorySegment query, int[] slots, int count, float[] distances) {
    kernel.distances(query, rows, 0, stride, slots, count, distances);
  }

  /** The row of a slot as a query. */
  public MemorySegment prepared(int slot, Arena arena) {
    MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
    kernel.prepare(row(slot), query);
    return query;
  }

  /** The row of a slot; a float32 or binary row serves as a prepared query as it is. */
  public MemorySegment row(int slot) {
    return rows.asSlice(slot * stride, stride);
  }
}
