package io.elanus.index.vector;

import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * Nodes of a graph that stay on disk (Subramanya et al. 2019, DiskANN): a full row and its links
 * lie side by side, in one page where they fit one, so that a step of a walk costs one read and
 * brings the row that the answer is judged on.
 *
 * <p>While reads turn out to be slow, a walk asks for the nodes that it will likely follow next, a
 * beam at a time, before it waits for the first of them.
 *
 * @param memory node s starts at byte s × stride: the padded row, then int32 links as in {@link
 *     PackedLinks}
 */
record DiskNodes(MemorySegment memory, int rowBytes, int degree, int slots, Reads reads)
    implements Links {
  private static final int PAGE_BYTES = 4096;

  /** Bytes from node to node, such that no node that fits a page crosses one. */
  static long stride(int rowBytes, int degree) {
    int bytes = rowBytes + 4 * PackedLinks.stride(degree);
    if (bytes > PAGE_BYTES) {
      return (bytes + 511) & -512;
    }
    int perPage = PAGE_BYTES / bytes;
    return Math.max(64, PAGE_BYTES / Integer.highestOneBit(perPage));
  }

  long stride() {
    return stride(rowBytes, degree);
  }

  /** The rows of the nodes. */
  Space rows(Kernel kernel) {
    return new Space(kernel, memory, stride());
  }

  @Override
  public int neighbours(int slot, int[] neighbours) {
    long begun = System.nanoTime();
    MemorySegment.copy(
        memory, IndexFileFormat.INT, slot * stride() + rowBytes, neighbours, 0, degree);
    reads.took(System.nanoTime() - begun);
    int count = degree;
    while (count > 0 && neighbours[count - 1] == PackedLinks.END) {
      count--;
    }
    return count;
  }

  /** Asks for the nodes that come next, if reads are slow. */
  void askFor(CandidatePool pool, int beam) {
    if (reads.areSlow()) {
      int asked = 0;
      for (int i = pool.next(); i < pool.size() && asked < beam; i++) {
        if (!pool.isMarked(i)) {
          PageAdvice.WILL_NEED.give(memory, pool.slot(i) * stride(), stride());
          asked++;
        }
      }
    }
  }

  /** Writes a node into zeroed memory. */
  static void write(
      RowTable rows, PackedLinks links, int slot, int[] neighbours, MemorySegment nodes) {
    long at = slot * stride(rows.stride(), links.degree());
    MemorySegment.copy(rows.data(), (long) slot * rows.stride(), nodes, at, rows.stride());
    int count = links.neighbours(slot, neighbours);
    for (int i = 0; i < PackedLinks.stride(links.degree()); i++) {
      int link = i < count ? neighbours[i] : PackedLinks.END;
      nodes.set(IndexFileFormat.INT, at + rows.stride() + 4L * i, link);
    }
  }

  /** Whether every link leads to a node. */
  boolean isValid() {
    for (int slot = 0; slot < slots; slot++) {
      long at = slot * stride() + rowBytes;
      boolean ended = false;
      for (int i = 0; i < PackedLinks.stride(degree); i++) {
        int link = memory.get(IndexFileFormat.INT, at + 4L * i);
        ended |= link == PackedLinks.END;
        if (ended ? link != PackedLinks.END : i >= degree || link < 0 || link >= slots) {
          return false;
        }
      }
    }
    return true;
  }

  /** How long reads of nodes take; guessed from those of all threads, without a lock. */
  static final class Reads {
    /** A read from memory takes a hundredth of it. */
    private static final long SLOW_NANOS = 20_000;

    /** Reads after a slow one for which others are expected. */
    private static final int EXPECTED = 256;

    private volatile int expected;

    void took(long nanos) {
      if (nanos >= SLOW_NANOS) {
        expected = EXPECTED;
      } else if (expected > 0) {
        expected = expected - 1; // two threads may count one read: it is a guess
      }
    }

    boolean areSlow() {
      return expected > 0;
    }
  }
}
