package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The sections LINKS and FIGURES of the file of a graph. LINKS: layers from the smallest on, all of
 * them, or, where links of the base lie elsewhere, those above it; each is [layer slots × stride]
 * int32, as {@link PackedLinks} has them. FIGURES, int32: links of a slot at most, entries, then
 * the slots of each of these layers.
 */
public final class GraphSections {
  /** More than any build gives a slot; a search has room for the links of one. */
  private static final int MOST_DEGREE = 1 << 16;

  /** Bytes that are copied between two looks at whether to stop. */
  private static final long PIECE_BYTES = 16 << 20;

  private static final long DEGREE_AT = 0;
  private static final long ENTRIES_AT = 4;
  private static final long SIZES_AT = 8;

  private GraphSections() {}

  /**
   * Adds both.
   *
   * @param layers of the graph that are in LINKS
   */
  static void addTo(
      Map<IndexFileFormat.Section, MemorySegment> sections,
      GraphLayers<?> graph,
      List<PackedLinks> layers,
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
    MemorySegment links = context.allocate(arena, bytes);
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
    sections.put(IndexFileFormat.Section.LINKS, links);
    sections.put(IndexFileFormat.Section.FIGURES, IndexFileFormat.ints(figures, arena));
  }

  /** Reads a graph of so many slots all of whose layers are in LINKS. */
  static GraphLayers<PackedLinks> graph(IndexFile file, int slots) {
    List<PackedLinks> layers = layers(file, slots);
    PackedLinks base = layers.removeLast();
    file.check(base.slots() == slots, "sizes of layers");
    return new GraphLayers<>(GraphLayers.first(slots, entries(file, slots)), layers, base);
  }

  /**
   * Reads the upper part of a graph whose base is not in LINKS.
   *
   * @param slots of the base
   */
  public static Upper upper(IndexFile file, int slots) {
    return new Upper(slots, entries(file, slots), layers(file, slots));
  }

  /** Entries and layers above a base that is yet to be read. */
  public record Upper(int baseSlots, int entries, List<PackedLinks> layers) {
    public Upper {
      layers = List.copyOf(layers);
    }

    /** {@link GraphLayers#slotsAbove} of the graph. */
    public int slots() {
      return layers.isEmpty() ? entries : layers.getLast().slots();
    }

    /** The graph. */
    public <L extends Links> GraphLayers<L> over(L base) {
      return new GraphLayers<>(GraphLayers.first(baseSlots, entries), layers, base);
    }
  }

  /** Links of a slot at most. */
  public static int degree(IndexFile file) {
    int degree = file.section(IndexFileFormat.Section.FIGURES).get(IndexFileFormat.INT, DEGREE_AT);
    file.check(degree > 0 && degree <= MOST_DEGREE, "figures");
    return degree;
  }

  private static int entries(IndexFile file, int slots) {
    int entries =
        file.section(IndexFileFormat.Section.FIGURES).get(IndexFileFormat.INT, ENTRIES_AT);
    file.check(entries >= 0 && entries <= Math.min(slots, GraphLayers.MOST_ENTRIES), "figures");
    return entries;
  }

  /** The layers in LINKS, verified. */
  private static List<PackedLinks> layers(IndexFile file, int slots) {
    MemorySegment figures = file.section(IndexFileFormat.Section.FIGURES);
    MemorySegment links = file.section(IndexFileFormat.Section.LINKS);
    int degree = degree(file);
    List<PackedLinks> layers = new ArrayList<>();
    long at = 0;
    int previous = entries(file, slots);
    for (long i = SIZES_AT; i < figures.byteSize(); i += 4) {
      int size = figures.get(IndexFileFormat.INT, i);
      file.check(size >= previous && size <= slots, "sizes of layers");
      long bytes = PackedLinks.bytes(size, degree);
      PackedLinks layer = new PackedLinks(links.asSlice(at, bytes), size, degree);
      file.check(layer.isValid(), "links");
      layers.add(layer);
      at += bytes;
      previous = size;
    }
    file.check(at == links.byteSize(), "sizes of layers");
    return layers;
  }
}
