package io.elanus.index.vector.lists;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import io.elanus.vectors.NibbleScan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * Builds the file of an inverted file of codes. Rows are clustered as float32, under COSINE at
 * length 1, and lie list after list.
 *
 * <p>Sections: ROWS, the row of each slot; CENTROIDS, [lists] padded float32; LIST_STARTS, [lists +
 * 1] int32; the codes as {@link ByteLists}, {@link NibbleLists} or {@link ProductLists} have them;
 * what {@link RefineRows} has, if asked for; RECALL, what {@link ListRecall} found, unless there
 * are few rows.
 */
public final class CodedIvfBuild {
  private final IndexSpec spec;
  private final DenseRows rows;
  private final BuildContext context;

  public CodedIvfBuild(IndexSpec spec, DenseRows rows, BuildContext context) {
    this.spec = spec;
    this.rows = rows;
    this.context = context;
  }

  public void write(Path target) {
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(context)) {
      int[] present = IvfBuild.present(rows);
      RowTable stored = RowTable.copy(rows, spec.metric(), present, context, arena);
      RowTable floats = stored.floats(spec.metric(), workers, arena);
      Map<IndexFileFormat.Section, MemorySegment> sections =
          new EnumMap<>(IndexFileFormat.Section.class);
      Clusters clusters = encode(floats, present, workers, arena, sections);
      context.progress(0.9);
      RefineRows.add(spec, stored, floats, clusters.order(), workers, arena, sections);
      IndexFileWriter writer =
          new IndexFileWriter(
              IndexFileFormat.Structure.CODED_LISTS,
              spec,
              rows.type(),
              rows.dimension(),
              rows.count());
      new ListRecall(rows, present, stored, clusters, workers, context)
          .add(
              writer.unwritten(target, sections),
              file -> CodedIvfIndex.forFewSearches(file, context),
              sections,
              arena);
      writer.write(target, sections, context);
      context.progress(1);
    }
  }

  /**
   * What {@link #write} takes. Rows that centres are learnt from are given back before the codes.
   */
  public static IndexMemory forecast(IndexSpec spec, DenseRows column) {
    RowBytes row = RowBytes.of(spec, column);
    int rows = column.count();
    long lists = Clusters.lists(spec, rows);
    long codes;
    long turned = 0;
    long tables = 0; // of codebooks, or of a rotation
    long unused = 0; // places of codes at the ends of lists, half a block of each
    switch (spec.type()) {
      case IVF_SQ8 ->
          codes = row.packed(ByteLists.bits(spec.params().getOrDefault("sq_type", "SQ8")));
      case IVF_PQ, SCANN -> {
        Codebooks.Shape shape = Codebooks.Shape.of(spec, column.dimension(), rows);
        codes = shape.codeBytes() + 4;
        tables = 4L * column.dimension() << shape.bits();
        unused = shape.nibbles() ? lists * NibbleScan.BLOCK_ROWS / 2 : 0;
      }
      case IVF_RABITQ, IVF_RABITQ_FASTSCAN -> {
        codes = SignTables.subspaces(column.dimension()) / 2 + 8;
        turned = row.floats();
        tables = Rotation.bytes(column.dimension());
        unused = lists * NibbleScan.BLOCK_ROWS / 2;
      }
      default -> throw new IllegalArgumentException(spec.type() + " has no codes");
    }
    long centres = lists * row.floats();
    long kept = rows * (codes + RefineRows.bytes(spec, row) + 4) + unused * codes;
    long file = kept + centres + tables;
    return new IndexMemory(
        file,
        Math.max(file, Clusters.trainingBytes(spec, rows, column.dimension()))
            + centres
            + rows * (row.stored() + row.floatCopy() + turned + 12));
  }

  /** Adds lists and codes. */
  private Clusters encode(
      RowTable floats,
      int[] present,
      Workers workers,
      Arena arena,
      Map<IndexFileFormat.Section, MemorySegment> sections) {
    boolean turns =
        spec.type() == IndexType.IVF_RABITQ || spec.type() == IndexType.IVF_RABITQ_FASTSCAN;
    RowTable turned = floats;
    if (turns) {
      Rotation rotation = Rotation.random(rows.dimension());
      turned = rotation.turned(floats, workers, arena);
      sections.put(IndexFileFormat.Section.ROTATION, rotation.section(arena));
    }
    Clusters clusters = Clusters.of(spec, turned, workers, arena);
    context.progress(0.5);
    clusters.addTo(sections, clusters.rows(present), arena);
    switch (spec.type()) {
      case IVF_SQ8 ->
          ByteLists.add(
              floats,
              clusters.order(),
              ByteLists.bits(spec.params().getOrDefault("sq_type", "SQ8")),
              workers,
              arena,
              sections,
              IndexFileFormat.Section.CODES,
              IndexFileFormat.Section.CODE_RANGES);
      case IVF_PQ, SCANN -> addProducts(floats, clusters, workers, arena, sections);
      case IVF_RABITQ, IVF_RABITQ_FASTSCAN ->
          sections.put(IndexFileFormat.Section.CODES, signs(turned, clusters, workers, arena));
      default -> throw new IllegalArgumentException(spec.type() + " has no codes");
    }
    return clusters;
  }

  /** Adds codes of subspaces and their codebooks. */
  private void addProducts(
      RowTable floats,
      Clusters clusters,
      Workers workers,
      Arena arena,
      Map<IndexFileFormat.Section, MemorySegment> sections) {
    boolean squared = spec.metric() == Metric.L2;
    Codebooks.Shape shape = Codebooks.Shape.of(spec, rows.dimension(), clusters.slots());
    CodeWriter writer =
        shape.nibbles()
            ? new NibbleLists.Writer(clusters, shape.subspaces(), squared ? 1 : 0, context, arena)
            : new ProductLists.Writer(shape, squared, clusters.slots(), context, arena);
    Codebooks books =
        new CodebookTraining(floats, clusters, shape, workers)
            .run(writer, squared, squared ? -2 : -1);
    sections.put(IndexFileFormat.Section.CODEBOOKS, books.section(arena));
    sections.put(IndexFileFormat.Section.CODES, writer.section());
  }

  /** Codes of the signs of turned rows. */
  private MemorySegment signs(RowTable turned, Clusters clusters, Workers workers, Arena arena) {
    int subspaces = SignTables.subspaces(rows.dimension());
    NibbleLists.Writer writer = new NibbleLists.Writer(clusters, subspaces, 2, context, arena);
    SignTables.encode(turned, clusters, spec.metric() == Metric.L2, workers, writer);
    return writer.section();
  }
}
