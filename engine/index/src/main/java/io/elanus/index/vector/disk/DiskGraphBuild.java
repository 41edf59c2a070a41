package io.elanus.index.vector.disk;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.graph.HnswBuild;
import io.elanus.index.vector.graph.HnswIndex;
import io.elanus.index.vector.graph.HnswSearch;
import io.elanus.index.vector.graph.PackedLinks;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;

/**
 * Builds the file of a graph on disk: that of {@link HnswBuild} with {@link DiskNodes} as NODES.
 */
public final class DiskGraphBuild {
  private DiskGraphBuild() {}

  public static void write(IndexSpec spec, DenseRows rows, BuildContext context, Path target) {
    new HnswBuild(spec, rows, context, DiskGraphBuild::addNodes).write(target);
  }

  private static void addNodes(
      IndexSpec spec,
      HnswSearch search,
      RowTable stored,
      Workers workers,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Arena arena) {
    PackedLinks links = (PackedLinks) search.graph().base();
    Space codes = search.walked();
    DiskNodes.Form form =
        DiskGraphIndex.form(spec, stored.stride(), links.degree(), (int) codes.stride());
    long bytes = links.slots() * form.stride();
    MemorySegment memory = arena.allocate(Math.max(64, bytes), 64);
    DiskNodes nodes = new DiskNodes(memory, form, links.slots(), new DiskNodes.Reads(), null);
    int[][] neighbours = new int[workers.count()][PackedLinks.stride(links.degree())];
    workers.run(
        links.slots(),
        (worker, slot) -> nodes.write(stored, links, codes, slot, neighbours[worker]));
    sections.put(IndexFileFormat.Section.NODES, memory.asSlice(0, bytes));
    if (form.codeBytes() > 0) {
      long above = HnswIndex.slotsAbove(search.graph());
      sections.put(IndexFileFormat.Section.CODES, codes.rows().asSlice(0, above * codes.stride()));
    }
  }
}
