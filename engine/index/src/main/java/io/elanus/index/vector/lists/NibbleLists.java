package io.elanus.index.vector.lists;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Metric;
import io.elanus.vectors.Kernels;
import io.elanus.vectors.NibbleScan;
import io.elanus.vectors.NibbleTables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * 4-bit codes of subspaces, in blocks of 64 rows of one list: a distance is the list's bias, plus
 * the row's term, plus the row's factor times the sum of what the codes find in the query's tables.
 * All slots are ranked with tables rounded to 7 bits, the best of them again with float32 ones.
 *
 * <p>Section: CODES; for each list its rows in blocks, the last of them filled up with zeros. A
 * block is the codes as {@link NibbleScan} has them, then, if there are terms, 64 float32 of them,
 * then, if there are factors, 64 float32 of those.
 *
 * @param numbers those of the tables
 * @param terms numbers of a row beside its codes: 0, 1 (term) or 2 (term, factor)
 * @param firstBlocks [lists + 1]
 * @param length that queries are brought to before their tables are made, or 0: as they are
 */
record NibbleLists(
    NibbleScan scan,
    Tables tables,
    float[] numbers,
    int subspaces,
    int terms,
    InvertedLists lists,
    int[] firstBlocks,
    MemorySegment codes,
    Metric metric,
    double length)
    implements ListCodes {
  private static final int ROWS = NibbleScan.BLOCK_ROWS;
  private static final int ENTRIES = 16;

  /** What codes stand for, as seen from a query. */
  sealed interface Tables permits Codebooks, SignTables {
    /** Dimensions of a subspace. */
    int width();

    /** [subspaces × width × 16]: the numbers of each dimension that codes stand for. */
    float[] numbers();

    /** A table's entries are inner products with the query, times this. */
    float factor();

    /** Candidates that are worth a better look when k rows are wanted. */
    int candidates(int k);
  }

  static NibbleLists of(
      IndexFile file,
      InvertedLists lists,
      Tables tables,
      int subspaces,
      int terms,
      boolean manySearches) {
    int[] firstBlocks = firstBlocks(lists.starts());
    long bytes = (long) firstBlocks[lists.count()] * blockStride(subspaces, terms);
    MemorySegment codes = file.section(IndexFileFormat.Section.CODES, bytes);
    boolean scales = tables instanceof SignTables && file.spec().metric() == Metric.IP;
    double length =
        scales ? usualLength(lists, firstBlocks, codes, subspaces, file.dimension()) : 0;
    return new NibbleLists(
        manySearches ? Kernels.nibbles(subspaces) : Kernels.nibblesAsTheyAre(subspaces),
        tables,
        tables.numbers(),
        subspaces,
        terms,
        lists,
        firstBlocks,
        codes,
        file.spec().metric(),
        length);
  }

  /**
   * The root of the mean square of the rows' lengths, by centres and the first block of each list:
   * a row's factor tells the length of what it is away from its centre.
   */
  private static double usualLength(
      InvertedLists lists, int[] firstBlocks, MemorySegment codes, int subspaces, int dimension) {
    float[] norms = lists.norms(dimension);
    double squares = 0;
    for (int list = 0; list < norms.length; list++) {
      int count = lists.starts()[list + 1] - lists.starts()[list];
      int some = Math.min(ROWS, count);
      double residuals = 0;
      for (int i = 0; i < some; i++) {
        long at = firstBlocks[list] * blockStride(subspaces, 2);
        at += NibbleScan.blockBytes(subspaces) + 4L * (ROWS + i);
        double residual = SignTables.length(codes.get(IndexFileFormat.FLOAT, at), dimension);
        residuals += residual * residual / some;
      }
      squares += count * (norms[list] + residuals);
    }
    return Math.sqrt(squares / Math.max(1, lists.starts()[norms.length]));
  }

  private static int[] firstBlocks(int[] starts) {
    int[] blocks = new int[starts.length];
    for (int list = 0; list + 1 < starts.length; list++) {
      blocks[list + 1] = blocks[list] + (starts[list + 1] - starts[list] + ROWS - 1) / ROWS;
    }
    return blocks;
  }

  private static long blockStride(int subspaces, int terms) {
    return NibbleScan.blockBytes(subspaces) + 4L * ROWS * terms;
  }

  @Override
  public int estimatesPerJudgement() {
    return scan.settled() ? 32 : 2;
  }

  @Override
  public int candidates(int k, boolean refined) {
    return refined ? tables.candidates(k) : 2 * k + 48;
  }

  @Override
  public Asked ask(float[] asked, float[] ownBiases, Scratch scratch) {
    Scaling scaling = Scaling.of(asked, length);
    float[] query = scaling.there(asked);
    float[] biases = scaling.there(ownBiases);
    float[] exact = new float[subspaces * ENTRIES];
    int width = tables.width();
    float[] whole =
        query.length < subspaces * width ? Arrays.copyOf(query, subspaces * width) : query;
    scan.fill(whole, width, numbers, tables.factor(), exact);
    MemorySegment prepared = scratch.query(NibbleScan.tableBytes(subspaces));
    NibbleTables rounded = scan.round(exact, prepared);
    return new Asked() {
      @Override
      public void estimate(int list, int from, int count, float far, Scratch scratch) {
        long stride = blockStride(subspaces, terms);
        int inList = from - lists.starts()[list];
        int blocks = (count + ROWS - 1) / ROWS;
        scan.distances(
            prepared,
            rounded,
            codes,
            (firstBlocks[list] + inList / ROWS) * stride,
            stride,
            blocks,
            terms,
            biases[list],
            scaling.there(far),
            scratch.distances,
            scratch.within);
        if (count % ROWS > 0) {
          scratch.within[blocks - 1] &= (1L << count) - 1;
        }
        scaling.back(scratch.distances, scratch.within, blocks);
      }

      @Override
      public void distances(int[] slots, int count, float[] distances) {
        for (int i = 0; i < count; i++) {
          distances[i] = scaling.back(judged(slots[i], exact, biases));
        }
      }
    };
  }

  private float judged(int slot, float[] exact, float[] biases) {
    int list = lists.listOf(slot);
    int inList = slot - lists.starts()[list];
    long block = (firstBlocks[list] + inList / ROWS) * blockStride(subspaces, terms);
    int inBlock = inList % ROWS;
    long at = block + NibbleScan.position(inBlock);
    float even = 0;
    float odd = 0;
    int pairs = subspaces / 2;
    for (int pair = 0; pair < pairs; pair++) {
      int both = codes.get(ValueLayout.JAVA_BYTE, at + (long) pair * ROWS);
      even += exact[2 * ENTRIES * pair + (both & 15)];
      odd += exact[2 * ENTRIES * pair + ENTRIES + (both >>> 4 & 15)];
    }
    if (subspaces % 2 == 1) {
      int both = codes.get(ValueLayout.JAVA_BYTE, at + (long) pairs * ROWS);
      even += exact[2 * ENTRIES * pairs + (both & 15)];
    }
    float sum = even + odd;
    long beside = block + NibbleScan.blockBytes(subspaces) + 4L * inBlock;
    if (terms == 2) {
      sum *= codes.get(IndexFileFormat.FLOAT, beside + 4L * ROWS);
    }
    float distance =
        biases[list] + sum + (terms > 0 ? codes.get(IndexFileFormat.FLOAT, beside) : 0);
    return metric == Metric.L2 ? Math.max(0, distance) : distance;
  }

  /** Writes the codes of an index; slots may be written side by side. */
  static final class Writer implements CodeWriter {
    private final Clusters clusters;
    private final int[] firstBlocks;
    private final int subspaces;
    private final int terms;
    private final MemorySegment codes;

    Writer(Clusters clusters, int subspaces, int terms, BuildContext context, Arena arena) {
      this.clusters = clusters;
      this.firstBlocks = firstBlocks(clusters.starts());
      this.subspaces = subspaces;
      this.terms = terms;
      long blocks = firstBlocks[firstBlocks.length - 1];
      this.codes = context.allocate(arena, blocks * blockStride(subspaces, terms));
    }

    @Override
    public void code(int slot, int subspace, int code) {
      long at = block(slot) + NibbleScan.position(inList(slot) % ROWS) + subspace / 2 * (long) ROWS;
      int both = codes.get(ValueLayout.JAVA_BYTE, at) | code << (subspace % 2 * 4);
      codes.set(ValueLayout.JAVA_BYTE, at, (byte) both);
    }

    @Override
    public void term(int slot, float term) {
      long at = block(slot) + NibbleScan.blockBytes(subspaces) + 4L * (inList(slot) % ROWS);
      codes.set(IndexFileFormat.FLOAT, at, term);
    }

    void factor(int slot, float factor) {
      long at = block(slot) + NibbleScan.blockBytes(subspaces) + 4L * (ROWS + inList(slot) % ROWS);
      codes.set(IndexFileFormat.FLOAT, at, factor);
    }

    @Override
    public MemorySegment section() {
      return codes;
    }

    private int inList(int slot) {
      return slot - clusters.starts()[clusters.list()[slot]];
    }

    private long block(int slot) {
      return (firstBlocks[clusters.list()[slot]] + inList(slot) / ROWS)
          * blockStride(subspaces, terms);
    }
  }
}
