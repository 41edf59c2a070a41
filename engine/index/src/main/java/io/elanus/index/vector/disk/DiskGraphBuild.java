package io.elanus.index.vector.disk;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.DiskParameters;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.graph.DraftMemory;
import io.elanus.index.vector.graph.GraphDraft;
import io.elanus.index.vector.graph.GraphLayers;
import io.elanus.index.vector.graph.GraphSections;
import io.elanus.index.vector.graph.HnswBuild;
import io.elanus.index.vector.graph.HnswSearch;
import io.elanus.index.vector.graph.PackedLinks;
import io.elanus.index.vector.graph.RowForm;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * Builds the file of a graph on disk, from a {@link GraphDraft} that is walked on codes as coarse
 * as the budget of memory.
 *
 * <p>Sections: ROWS and RECALL as {@link HnswBuild} describes them; LINKS, of the layers above the
 * base, and FIGURES as {@link GraphSections} has them; NODES, as {@link DiskNodes} has them, full
 * rows and links of the base; CODES and CODE_RANGES, of all slots or, where those of all are in
 * NODES, of the upper layers.
 */
public final class DiskGraphBuild {
  private DiskGraphBuild() {}

  public static void write(IndexSpec spec, DenseRows rows, BuildContext context, Path target) {
    try (DraftMemory memory = new DraftMemory()) {
      write(spec, rows, context, target, memory);
    }
  }

  /** The same in memory that is the caller's. */
  static void write(
      IndexSpec spec, DenseRows rows, BuildContext context, Path target, DraftMemory memory) {
    GraphDraft.Size size =
        new GraphDraft.Size(DiskParameters.degree(spec), DiskParameters.effort(spec));
    try (Workers workers = new Workers(context)) {
      Arena arena = memory.arena();
      GraphDraft draft = new GraphDraft(spec, rows, size, context, workers, memory);
      CodedRows codes =
          CodedRows.encode(
              DiskParameters.walked(spec),
              spec.metric(),
              draft.floats(),
              draft.sample(),
              workers,
              arena);
      HnswSearch judged = draft.judged(search(spec, draft, codes.space()));
      Map<IndexFileFormat.Section, MemorySegment> sections =
          new EnumMap<>(IndexFileFormat.Section.class);
      codes.addTo(
          sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
      draft.addTo(sections, judged, judged.graph().upper());
      addNodes(spec, judged.graph(), draft.stored(), codes.space(), workers, sections, arena);
      new IndexFileWriter(
              IndexFileFormat.Structure.DISK_GRAPH,
              spec,
              rows.type(),
              rows.dimension(),
              rows.count())
          .write(target, sections, context);
      context.progress(1);
    }
  }

  /** What {@link #write} takes: nodes, and codes unless they are in these. */
  public static IndexMemory forecast(IndexSpec spec, DenseRows column) {
    RowBytes row = RowBytes.of(spec, column);
    long rows = column.count();
    int degree = DiskParameters.degree(spec);
    int codes = (int) (row.coded(DiskParameters.walked(spec)) + 63) & -64;
    DiskNodes.Form form = DiskGraphIndex.form(spec, Math.toIntExact(row.stored()), degree, codes);
    long inMemory = form.codeBytes() == 0 ? codes : 0;
    long file = rows * (form.stride() + inMemory + GraphDraft.upperBytes(degree) + 4);
    return new IndexMemory(file, file + rows * (GraphDraft.growingBytes(row, degree) + codes));
  }

  /** A search of the draft while all of it is in memory. */
  private static HnswSearch search(IndexSpec spec, GraphDraft draft, Space codes) {
    RowTable stored = draft.stored();
    return new HnswSearch(
        spec,
        new RowForm(stored.type(), stored.distance(), stored.dimension(), false),
        Space.of(stored),
        codes,
        true,
        draft.graph(),
        SlotRows.same(stored.count()),
        MeasuredRecall.NONE);
  }

  /** Adds NODES and leaves in CODES what is not in them. */
  private static void addNodes(
      IndexSpec spec,
      GraphLayers<?> graph,
      RowTable stored,
      Space codes,
      Workers workers,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Arena arena) {
    PackedLinks links = (PackedLinks) graph.base();
    DiskNodes.Form form =
        DiskGraphIndex.form(spec, stored.stride(), links.degree(), (int) codes.stride());
    MemorySegment memory = workers.context().allocate(arena, links.slots() * form.stride());
    DiskNodes nodes = new DiskNodes(memory, form, links.slots(), new DiskNodes.Reads(), null);
    int[][] neighbours = new int[workers.count()][PackedLinks.stride(links.degree())];
    workers.run(
        links.slots(),
        (worker, slot) -> nodes.write(stored, links, codes, slot, neighbours[worker]));
    sections.put(IndexFileFormat.Section.NODES, memory);
    if (form.codeBytes() > 0) {
      long above = graph.slotsAbove();
      sections.put(IndexFileFormat.Section.CODES, codes.rows().asSlice(0, above * codes.stride()));
    }
  }
}
