package io.elanus.index.vector.disk;

import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.graph.CandidatePool;
import io.elanus.index.vector.graph.PackedLinks;
import io.elanus.index.vector.graph.PagedLinks;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of a graph that stay on disk (Subramanya et al. 2019, DiskANN): a full row and its links
 * lie side by side, in one page where they fit one, so that a step of a walk costs one read and
 * brings the row that the answer is judged on. They may hold the codes of their neighbours as well,
 * so that nothing but what is read on the way is needed to compare these (Tatsuno et al. 2024,
 * AiSAQ).
 *
 * <p>While reads turn out to be slow, a walk asks for the nodes that it will likely follow next, a
 * beam at a time, before it waits for the first of them.
 *
 * @param memory node s starts at byte s × stride
 * @param firstCodes codes in memory of the slots of the upper layers, where those of all are not
 */
public record DiskNodes(
    MemorySegment memory, Form form, int slots, Reads reads, @Nullable Space firstCodes)
    implements PagedLinks {
  private static final int PAGE_BYTES = 4096;

  /**
   * What a node holds: the padded row; int32 links as in {@link PackedLinks}; unless codes are
   * elsewhere, its own code and those of its first neighbours.
   *
   * @param codeBytes of one code; 0 where codes are elsewhere
   * @param inline neighbours whose codes are in the node
   */
  public record Form(int rowBytes, int degree, int codeBytes, int inline) {
    /** Bytes from node to node, such that no node that fits a page crosses one. */
    public long stride() {
      int bytes = codesAt() + (codeBytes == 0 ? 0 : codeBytes * (1 + inline));
      if (bytes > PAGE_BYTES) {
        return (bytes + 511) & -512;
      }
      int perPage = PAGE_BYTES / bytes;
      return Math.max(64, PAGE_BYTES / Integer.highestOneBit(perPage));
    }

    private int codesAt() {
      return rowBytes + 4 * PackedLinks.stride(degree);
    }
  }

  long stride() {
    return form.stride();
  }

  @Override
  public int degree() {
    return form.degree();
  }

  @Override
  public Space above(Space walked) {
    return firstCodes == null ? walked : firstCodes;
  }

  /** The codes of the nodes, each read from its own one. */
  Space codes(Kernel kernel) {
    return new Space(kernel, memory.asSlice(Math.min(form.codesAt(), memory.byteSize())), stride());
  }

  @Override
  public int inline() {
    return form.inline();
  }

  @Override
  public void distances(
      Kernel kernel, MemorySegment query, int slot, int[] positions, int count, float[] distances) {
    long first = slot * stride() + form.codesAt() + form.codeBytes();
    kernel.distances(query, memory, first, form.codeBytes(), positions, count, distances);
  }

  /** The rows of the nodes. */
  Space rows(Kernel kernel) {
    return new Space(kernel, memory, stride());
  }

  @Override
  public int neighbours(int slot, int[] neighbours) {
    long begun = System.nanoTime();
    MemorySegment.copy(
        memory, IndexFileFormat.INT, slot * stride() + form.rowBytes(), neighbours, 0, degree());
    reads.took(System.nanoTime() - begun);
    int count = degree();
    while (count > 0 && neighbours[count - 1] == PackedLinks.END) {
      count--;
    }
    return count;
  }

  @Override
  public void askFor(CandidatePool pool, int beam) {
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

  /**
   * Writes a node into zeroed memory.
   *
   * @param codes of all slots
   */
  void write(RowTable rows, PackedLinks links, Space codes, int slot, int[] neighbours) {
    long at = slot * stride();
    MemorySegment.copy(rows.data(), (long) slot * rows.stride(), memory, at, rows.stride());
    int count = links.neighbours(slot, neighbours);
    for (int i = 0; i < PackedLinks.stride(degree()); i++) {
      int link = i < count ? neighbours[i] : PackedLinks.END;
      memory.set(IndexFileFormat.INT, at + form.rowBytes() + 4L * i, link);
    }
    int codeBytes = form.codeBytes();
    if (codeBytes > 0) {
      long own = at + form.codesAt();
      MemorySegment.copy(codes.rows(), (long) slot * codeBytes, memory, own, codeBytes);
      for (int i = 0; i < Math.min(count, form.inline()); i++) {
        long other = (long) neighbours[i] * codeBytes;
        MemorySegment.copy(codes.rows(), other, memory, own + (1L + i) * codeBytes, codeBytes);
      }
    }
  }

  /** Whether every link leads to a node. */
  boolean isValid() {
    for (int slot = 0; slot < slots; slot++) {
      long at = slot * stride() + form.rowBytes();
      boolean ended = false;
      for (int i = 0; i < PackedLinks.stride(degree()); i++) {
        int link = memory.get(IndexFileFormat.INT, at + 4L * i);
        ended |= link == PackedLinks.END;
        if (ended ? link != PackedLinks.END : i >= degree() || link < 0 || link >= slots) {
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
