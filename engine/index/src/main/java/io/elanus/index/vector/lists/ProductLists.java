package io.elanus.index.vector.lists;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Codes of 5 to 12 bits for each subspace, looked up one by one in float32 tables (Jégou et al.
 * 2011, asymmetric distances). Where the tables of a query would take too much memory, for it is
 * that of each query that runs, what they would hold is computed for the codes that are met.
 *
 * <p>Section: CODES; for each slot [subspaces] codes of one byte, or of two from 9 bits on, then
 * under L2 the row's term as float32.
 */
record ProductLists(
    Codebooks books, boolean carriesTerm, InvertedLists lists, MemorySegment codes, Metric metric)
    implements ListCodes {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Numbers in the tables of a query, at most: 16 MiB. */
  private static final int MOST_TABLES = 1 << 22;

  private static final float[] COMPUTED = {};

  static ProductLists of(IndexFile file, int slots, InvertedLists lists, Codebooks books) {
    boolean carriesTerm = file.spec().metric() == Metric.L2;
    MemorySegment codes =
        file.section(IndexFileFormat.Section.CODES, slots * stride(books, carriesTerm));
    return new ProductLists(books, carriesTerm, lists, codes, file.spec().metric());
  }

  private static int codeBytes(Codebooks books) {
    return books.bits() > 8 ? 2 : 1;
  }

  private static long stride(Codebooks books, boolean carriesTerm) {
    return (long) books.subspaces() * codeBytes(books) + (carriesTerm ? 4 : 0);
  }

  /** Numbers are looked up one by one. */
  @Override
  public int estimatesPerJudgement() {
    return 2;
  }

  @Override
  public int candidates(int k, boolean refined) {
    return refined ? books.candidates(k) : k;
  }

  @Override
  public Asked ask(float[] query, float[] biases, Scratch scratch) {
    float[] tables = tables(query);
    return new Asked() {
      @Override
      public void estimate(int list, int from, int count, float far, Scratch scratch) {
        for (int i = 0; i < count; i++) {
          scratch.distances[i] = distance(from + i, biases[list], query, tables);
        }
        scratch.compare(count, far);
      }

      @Override
      public void distances(int[] slots, int count, float[] distances) {
        for (int i = 0; i < count; i++) {
          float distance = distance(slots[i], biases[lists.listOf(slots[i])], query, tables);
          distances[i] = metric == Metric.L2 ? Math.max(0, distance) : distance;
        }
      }
    };
  }

  /** Of a query, unless they are too many. */
  private float[] tables(float[] query) {
    long numbers = (long) books.subspaces() << books.bits();
    if (numbers > MOST_TABLES) {
      return COMPUTED;
    }
    float[] tables = new float[(int) numbers];
    books.fill(query, tables);
    return tables;
  }

  private float distance(int slot, float bias, float[] query, float[] tables) {
    long at = slot * stride(books, carriesTerm);
    int subspaces = books.subspaces();
    int bits = books.bits();
    float sum;
    if (tables.length == 0) {
      sum = computed(at, query);
    } else {
      sum = bits > 8 ? wide(at, subspaces, bits, tables) : narrow(at, subspaces, bits, tables);
    }
    long end = at + (long) subspaces * codeBytes(books);
    return bias + sum + (carriesTerm ? codes.get(IndexFileFormat.FLOAT, end) : 0);
  }

  /** Codes pass a mask, so that none of them reaches into the table of another subspace. */
  private float narrow(long at, int subspaces, int bits, float[] tables) {
    int mask = (1 << bits) - 1;
    float even = 0;
    float odd = 0;
    int j = 0;
    for (; j + 1 < subspaces; j += 2) {
      even += tables[(j << bits) + (codes.get(ValueLayout.JAVA_BYTE, at + j) & mask)];
      odd += tables[(j + 1 << bits) + (codes.get(ValueLayout.JAVA_BYTE, at + j + 1) & mask)];
    }
    if (j < subspaces) {
      even += tables[(j << bits) + (codes.get(ValueLayout.JAVA_BYTE, at + j) & mask)];
    }
    return even + odd;
  }

  private float wide(long at, int subspaces, int bits, float[] tables) {
    int mask = (1 << bits) - 1;
    float sum = 0;
    for (int j = 0; j < subspaces; j++) {
      sum += tables[(j << bits) + (codes.get(SHORT, at + 2L * j) & mask)];
    }
    return sum;
  }

  /** What the tables would give. */
  private float computed(long at, float[] query) {
    int mask = (1 << books.bits()) - 1;
    int bytes = codeBytes(books);
    float sum = 0;
    for (int j = 0; j < books.subspaces(); j++) {
      long code = at + (long) bytes * j;
      int stored = bytes == 1 ? codes.get(ValueLayout.JAVA_BYTE, code) : codes.get(SHORT, code);
      sum += books.number(query, j, stored & mask);
    }
    return sum;
  }

  /** Writes the codes of an index; slots may be written side by side. */
  static final class Writer implements CodeWriter {
    private final Codebooks.Shape shape;
    private final long stride;
    private final MemorySegment codes;

    Writer(
        Codebooks.Shape shape, boolean carriesTerm, int slots, BuildContext context, Arena arena) {
      this.shape = shape;
      this.stride = (long) shape.subspaces() * bytes() + (carriesTerm ? 4 : 0);
      this.codes = context.allocate(arena, slots * stride);
    }

    private int bytes() {
      return shape.bits() > 8 ? 2 : 1;
    }

    @Override
    public void code(int slot, int subspace, int code) {
      if (bytes() == 1) {
        codes.set(ValueLayout.JAVA_BYTE, slot * stride + subspace, (byte) code);
      } else {
        codes.set(SHORT, slot * stride + 2L * subspace, (short) code);
      }
    }

    @Override
    public void term(int slot, float term) {
      codes.set(IndexFileFormat.FLOAT, slot * stride + (long) shape.subspaces() * bytes(), term);
    }

    @Override
    public MemorySegment section() {
      return codes;
    }
  }
}
