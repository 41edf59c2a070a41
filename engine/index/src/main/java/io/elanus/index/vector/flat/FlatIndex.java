package io.elanus.index.vector.flat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.file.MappedIndex;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.scan.RowScan;
import io.elanus.index.vector.scan.ScanQuery;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * FLAT and BIN_FLAT: an exact scan over padded rows in the index file, guided by their codes where
 * there are some.
 *
 * <p>Sections: VECTORS, [count] padded rows in the order of the column, zero where there is none;
 * ROWS, [count] int32, the row or -1 where there is none; and those of {@link FlatCodes}.
 */
public final class FlatIndex implements MappedIndex, ScannedIndex {
  private final IndexFile file;
  private final RowScan scan;
  private final Bits present;
  private final ElementType type;
  private final @Nullable FlatCodes codes;

  private FlatIndex(
      IndexFile file, RowScan scan, Bits present, ElementType type, @Nullable FlatCodes codes) {
    this.file = file;
    this.scan = scan;
    this.present = present;
    this.type = type;
    this.codes = codes;
  }

  public static void build(IndexSpec spec, DenseRows rows, BuildContext context, Path target) {
    try (Arena arena = Arena.ofShared()) {
      int[] all = IntStream.range(0, rows.count()).toArray();
      RowTable table = RowTable.copy(rows, spec.metric(), all, context, arena);
      Arrays.setAll(all, row -> rows.present().get(row) ? row : -1);
      Map<IndexFileFormat.Section, MemorySegment> sections =
          new EnumMap<>(IndexFileFormat.Section.class);
      sections.put(IndexFileFormat.Section.VECTORS, table.data());
      sections.put(IndexFileFormat.Section.ROWS, IndexFileFormat.ints(all, arena));
      if (FlatCodes.serve(table)) {
        FlatCodes.add(sections, table, rows.present(), context, arena);
      }
      new IndexFileWriter(
              IndexFileFormat.Structure.FLAT, spec, rows.type(), rows.dimension(), rows.count())
          .write(target, sections, context);
      context.progress(1);
    }
  }

  /** What {@link #build} takes. */
  public static IndexMemory forecast(DenseRows rows) {
    ElementType type = Shapes.elements(rows.type());
    long count = rows.count();
    long codes = FlatCodes.bytes(type, rows.dimension(), count);
    long file = count * (type.paddedBytes(rows.dimension()) + 4) + codes;
    return new IndexMemory(file, file + (codes == 0 ? 0 : 24 * count));
  }

  public static FlatIndex open(IndexFile file) {
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
            Shapes.kernelForAnswers(file.spec(), type, table.distance(), file.dimension()),
            table.distance(),
            List.of(vectors),
            Math.max(1, file.count()),
            file.count(),
            stride,
            stride);
    return new FlatIndex(file, scan, present, type, FlatCodes.open(file, table, present));
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public List<Neighbors> searchAll(List<VectorQuery> queries) {
    Scratch scratch = Scratch.local();
    List<ScanQuery> asked =
        ScanQuery.of(
            queries,
            scan.kernel(),
            scan.distance(),
            vector -> RowTable.query(vector, type, file.spec().metric(), file.dimension()),
            scratch);
    Bits eligible = queries.getFirst().eligible();
    if (codes != null && codes.pay(eligible, queries.getFirst().k())) {
      FlatFilter.scan(codes, asked, eligible, scan, scratch);
    } else {
      scan.scan(asked, eligible, present, scratch);
    }
    return ScanQuery.answers(asked);
  }
}
