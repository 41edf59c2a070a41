package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.SignedRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Puts a finished graph, and what was chosen to walk it on, among the sections of its file. */
final class GraphSections {
  /** Bytes that are copied between two looks at whether to stop. */
  private static final long PIECE_BYTES = 16 << 20;

  private GraphSections() {}

  /**
   * Adds LINKS and FIGURES as {@link HnswBuild} describes them.
   *
   * @param layers of the graph that are in LINKS
   */
  static void addLayers(
      GraphLayers<?> graph,
      List<PackedLinks> layers,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      BuildContext context,
      Arena arena) {
    int[] figures = new int[2 + layers.size()];
    figures[0] = graph.base().degree();
    figures[1] = graph.entries().length;
    long bytes = 0;
    for (int i = 0; i < layers.size(); i++) {
      figures[2 + i] = layers.get(i).slots();
      bytes += layers.get(i).memory().byteSize();
    }
    MemorySegment links = context.allocate(arena, Math.max(64, bytes));
    long at = 0;
    for (PackedLinks layer : layers) {
      long size = layer.memory().byteSize();
      for (long from = 0; from < size; from += PIECE_BYTES) {
        context.stopIfCancelled();
        long some = Math.min(PIECE_BYTES, size - from);
        MemorySegment.copy(layer.memory(), from, links, at + from, some);
      }
      at += size;
    }
    sections.put(IndexFileFormat.Section.LINKS, links.asSlice(0, bytes));
    sections.put(IndexFileFormat.Section.FIGURES, IndexFileFormat.ints(figures, arena));
  }

  /** The codes of the form that AUTOINDEX chose, instead of those there are. */
  static void replaceCodes(
      FormChoice.Candidate chosen,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Arena arena) {
    sections.remove(IndexFileFormat.Section.CODES);
    sections.remove(IndexFileFormat.Section.CODE_RANGES);
    CodedRows codes = chosen.codes();
    if (codes != null) {
      codes.addTo(
          sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    }
    SignedRows signs = chosen.signs();
    if (signs != null) {
      signs.addTo(sections, arena);
    }
  }
}
