package io.elanus.index.vector.growing;

import io.elanus.files.MappedFiles;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.Space;
import io.elanus.vectors.ByteCodes;
import java.lang.foreign.MemorySegment;

/**
 * The memory of a growing graph, for up to a number of slots: 7-bit codes, a scale that brings the
 * row to length 1, and links. A graph that outgrows it gets a larger stage, with codes trained
 * anew, and lets go of this one. Its users are counted: the graph is the first, searches and the
 * thread that extends it are the others.
 *
 * @param scales [capacity] float32, under COSINE
 * @param longest of the encoded rows; for the thread that extends it
 */
record GrowingStage(
    MappedFiles memory,
    int capacity,
    ByteCodes trained,
    Space codes,
    MemorySegment scales,
    GrowingLinks links,
    LongestRows longest) {

  /** Bytes of memory of a stage whose encoded rows have so many. */
  static long bytes(int rowBytes, int capacity, int degree) {
    return (rowBytes + 4L) * capacity + GrowingLinks.bytes(capacity, GrowingLinks.stride(degree));
  }

  /**
   * A stage without rows.
   *
   * @param longLength what rows that are not linked are longer than
   * @param freed runs once when the memory is free again, be it because there was too little
   */
  static GrowingStage of(
      ByteCodes trained, float longLength, int capacity, int degree, Runnable freed) {
    MappedFiles memory = new MappedFiles(freed);
    try {
      return in(memory, trained, longLength, capacity, degree);
    } catch (RuntimeException | Error failed) {
      memory.close();
      throw failed;
    }
  }

  private static GrowingStage in(
      MappedFiles memory, ByteCodes trained, float longLength, int capacity, int degree) {
    int rowBytes = trained.rowBytes();
    int stride = GrowingLinks.stride(degree);
    MemorySegment encoded = memory.allocate((long) capacity * rowBytes, 64);
    MemorySegment links = memory.allocate(GrowingLinks.bytes(capacity, stride), 64);
    return new GrowingStage(
        memory,
        capacity,
        trained,
        new Space(trained.kernel(), encoded, rowBytes),
        memory.allocate(4L * capacity, 64),
        new GrowingLinks(links, stride, 0),
        new LongestRows(longLength));
  }

  long bytes() {
    return memory.allocatedBytes();
  }

  void scale(int slot, float scale) {
    scales.setAtIndex(IndexFileFormat.FLOAT, slot, scale);
  }

  float scale(int slot) {
    return scales.getAtIndex(IndexFileFormat.FLOAT, slot);
  }

  /** Takes over the links of the first slots of a smaller stage. */
  void linkAs(GrowingStage smaller, int slots) {
    long bytes = GrowingLinks.bytes(slots, links.stride());
    MemorySegment.copy(smaller.links.memory(), 0, links.memory(), 0, bytes);
  }
}
