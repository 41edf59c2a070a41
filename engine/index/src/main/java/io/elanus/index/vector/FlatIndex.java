package io.elanus.index.vector;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * FLAT and BIN_FLAT: an exact scan over padded rows in the index file.
 *
 * <p>Sections: VECTORS, [count] padded rows in the order of the column, zero where there is none;
 * ROWS, [count] int32, the row or -1 where there is none.
 */
final class FlatIndex implements MappedIndex {
  private final IndexFile file;
  private final RowScan scan;
  private final Bits present;
  private final ElementType type;

  private FlatIndex(IndexFile file, RowScan scan, Bits present, ElementType type) {
    this.file = file;
    this.scan = scan;
    this.present = present;
    this.type = type;
  }

  static void build(IndexSpec spec, DenseRows rows, BuildContext context, Path target) {
    try (Arena arena = Arena.ofConfined()) {
      int[] all = IntStream.range(0, rows.count()).toArray();
      RowTable table = RowTable.copy(rows, spec.metric(), all, arena);
      for (int row = 0; row < all.length; row++) {
        if (!rows.present().get(row)) {
          all[row] = -1;
          table.data().asSlice((long) row * table.stride(), table.stride()).fill((byte) 0);
        }
      }
      new IndexFileWriter(
              IndexFileFormat.Structure.FLAT, spec, rows.type(), rows.dimension(), rows.count())
          .write(
              target,
              Map.of(
                  IndexFileFormat.Section.VECTORS,
                  table.bytes(),
                  IndexFileFormat.Section.ROWS,
                  IndexFileFormat.ints(all, arena)));
      context.progress(1);
    }
  }

  static FlatIndex open(IndexFile file) {
    ElementType type = Shapes.elements(file.type());
    int stride = type.paddedBytes(file.dimension());
    MemorySegment vectors =
        file.section(IndexFileFormat.Section.VECTORS, (long) file.count() * stride);
    MemorySegment rows = file.section(IndexFileFormat.Section.ROWS, 4L * file.count());
    Bits present = Bits.none(file.count());
    for (int row = 0; row < file.count(); row++) {
      int stored = rows.get(IndexFileFormat.INT, 4L * row);
      file.check(stored == row || stored == -1, "row ordinals");
      if (stored == row) {
        present.set(row);
      }
    }
    RowTable table =
        RowTable.over(type, file.spec().metric(), file.dimension(), file.count(), vectors);
    RowScan scan =
        new RowScan(
            table.kernelForAnswers(),
            table.distance(),
            List.of(vectors),
            Math.max(1, file.count()),
            file.count(),
            stride,
            stride);
    return new FlatIndex(file, scan, present, type);
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    Scratch scratch = Scratch.local();
    Kernel kernel = scan.kernel();
    MemorySegment prepared = scratch.query(kernel.queryBytes());
    kernel.prepare(
        RowTable.query(query.vector(), type, file.spec().metric(), file.dimension()), prepared);
    scratch.nearest.reset(query.k());
    scan.scan(prepared, query.eligible(), present, query.range(), scratch);
    return scratch.nearest.neighbors(scan.distance());
  }
}
