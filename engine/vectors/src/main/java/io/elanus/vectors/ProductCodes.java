package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Product codes (Jégou et al. 2011) and their residual kind (Chen et al. 2010): a row, seen from
 * the mean of all rows, is cut into subspaces; in each the nearest entry of a codebook stands for
 * it, then, if there are more stages, the nearest entry of the next codebook for what that one left
 * over.
 *
 * <p>A distance is asked of tables: those of a query hold, for every entry, what the entry adds to
 * it. Under L2 |q − Σe|² = |q|² + Σ(|e|² − 2 q·e) + 2 Σ e·f over pairs of entries of one subspace;
 * the last sum, which only residual codes have, is the row's term.
 *
 * <p>A row is the codes of the first subspace's stages, then of the next one's: two to a byte up to
 * 4 bits, the first of them in the lower half; one to a byte up to 8 bits; one to an int16 above.
 * Zeros follow up to a multiple of 8 bytes and the row's end. The last four bytes are the term as
 * float32, if rows carry one.
 */
public final class ProductCodes implements RowCodes {
  /**
   * What a row is cut into.
   *
   * @param subspaces divides the dimension
   * @param stages codebooks of a subspace, one after the other
   * @param bits of a code, 1 to 12
   */
  public record Shape(int subspaces, int stages, int bits) {
    private static final int MOST_BITS = 12;

    public Shape {
      if (subspaces < 1 || stages < 1 || bits < 1 || bits > MOST_BITS) {
        throw new IllegalArgumentException("no codes of " + bits + " bits");
      }
    }

    /** Codes of a row. */
    public int codes() {
      return subspaces * stages;
    }

    /** Entries of a codebook. */
    public int entries() {
      return 1 << bits;
    }

    /** Look-ups of a distance, and so tables of a query. */
    int lookups() {
      return bits <= HALF ? (codes() + 1) / 2 : codes();
    }

    /** Entries of a table: no byte is beyond one of bytes. */
    int tableEntries() {
      return Math.max(256, entries());
    }

    /** Bytes of a code that is looked up. */
    int codeBytes() {
      return bits <= BYTE ? 1 : 2;
    }

    /** Look-ups, those of zeros with them. */
    int paddedLookups() {
      return (codeBytes() * lookups() + 7 & -8) / codeBytes();
    }
  }

  private static final int HALF = 4;
  private static final int BYTE = 8;

  /** Rows of fewer bytes lie in one line of the cache; longer ones begin at half of one. */
  private static final int LINE_BYTES = 64;

  private final Shape shape;
  private final Distance distance;
  private final float[] mean;
  private final float[] entries;
  private final int subDimension;
  private final int rowBytes;

  /**
   * Codes with known codebooks.
   *
   * @param distance L2 or INNER_PRODUCT
   * @param mean [dimension]; kept, not copied
   * @param entries [subspaces × stages × dimension of a subspace × entries], so that the same
   *     element of all entries lies together; kept, not copied
   */
  public ProductCodes(Shape shape, Distance distance, float[] mean, float[] entries) {
    if ((distance != Distance.L2 && distance != Distance.INNER_PRODUCT)
        || mean.length % shape.subspaces() != 0
        || entries.length != entries(shape, mean.length)) {
      throw new IllegalArgumentException("no product codes of " + shape + " for " + mean.length);
    }
    this.shape = shape;
    this.distance = distance;
    this.mean = mean;
    this.entries = entries;
    this.subDimension = mean.length / shape.subspaces();
    this.rowBytes = rowBytes(shape, distance);
  }

  /** Numbers in the codebooks of rows of so many dimensions. */
  public static int entries(Shape shape, int dimension) {
    return Math.toIntExact((long) dimension * shape.stages() * shape.entries());
  }

  /** Bytes of an encoded row. */
  public static int rowBytes(Shape shape, Distance distance) {
    int term = carriesTerm(shape, distance) ? 4 : 0;
    int bytes = shape.paddedLookups() * shape.codeBytes() + term;
    int half = LINE_BYTES / 2;
    return bytes <= half
        ? Math.max(BYTE, Integer.highestOneBit(2 * bytes - 1))
        : bytes + half - 1 & -half;
  }

  private static boolean carriesTerm(Shape shape, Distance distance) {
    return distance == Distance.L2 && shape.stages() > 1;
  }

  public Shape shape() {
    return shape;
  }

  /** [dimension]; not to be written. */
  public float[] mean() {
    return mean;
  }

  /** As given to the constructor; not to be written. */
  public float[] entries() {
    return entries;
  }

  @Override
  public int dimension() {
    return mean.length;
  }

  @Override
  public int rowBytes() {
    return rowBytes;
  }

  @Override
  public float[] low() {
    return new float[0];
  }

  @Override
  public float[] step() {
    return new float[0];
  }

  boolean carriesTerm() {
    return carriesTerm(shape, distance);
  }

  boolean isSquared() {
    return distance == Distance.L2;
  }

  @Override
  public void encode(float[] values, MemorySegment rows, long at) {
    float[] rest = new float[subDimension];
    int[] chosen = new int[shape.stages()];
    double term = 0;
    for (int subspace = 0; subspace < shape.subspaces(); subspace++) {
      for (int d = 0; d < subDimension; d++) {
        int i = subspace * subDimension + d;
        rest[d] = values[i] - mean[i];
      }
      for (int stage = 0; stage < chosen.length; stage++) {
        int codebook = codebook(subspace, stage);
        int code = nearest(rest, 0, entries, codebook, subDimension, shape.entries());
        chosen[stage] = code;
        set(rows, at, subspace * chosen.length + stage, code);
        subtract(rest, 0, entries, codebook + code, shape.entries());
      }
      term += carriesTerm() ? products(subspace, chosen) : 0;
    }
    if (carriesTerm()) {
      rows.set(Layouts.FLOAT, at + rowBytes - 4, (float) term);
    }
  }

  private int codebook(int subspace, int stage) {
    return (subspace * shape.stages() + stage) * subDimension * shape.entries();
  }

  private void set(MemorySegment rows, long at, int index, int code) {
    if (shape.bits() > BYTE) {
      rows.set(Layouts.SHORT, at + 2L * index, (short) code);
    } else if (shape.bits() > HALF) {
      rows.set(Layouts.BYTE, at + index, (byte) code);
    } else {
      int before = index % 2 == 0 ? 0 : rows.get(Layouts.BYTE, at + index / 2);
      rows.set(Layouts.BYTE, at + index / 2, (byte) (before | code << HALF * (index % 2)));
    }
  }

  /** The code at an index of a row. */
  int code(MemorySegment rows, long at, int index) {
    if (shape.bits() > BYTE) {
      return rows.get(Layouts.SHORT, at + 2L * index);
    }
    return shape.bits() > HALF
        ? rows.get(Layouts.BYTE, at + index) & 255
        : rows.get(Layouts.BYTE, at + index / 2) >> HALF * (index % 2) & 15;
  }

  /** Twice the inner products of all pairs of the chosen entries of a subspace. */
  private double products(int subspace, int[] chosen) {
    double sum = 0;
    for (int d = 0; d < subDimension; d++) {
      double all = 0;
      double squares = 0;
      for (int stage = 0; stage < chosen.length; stage++) {
        double e = entries[codebook(subspace, stage) + d * shape.entries() + chosen[stage]];
        all += e;
        squares += e * e;
      }
      sum += all * all - squares;
    }
    return sum;
  }

  /**
   * The entry nearest to a piece of a row; the first of equals.
   *
   * @param values the piece from {@code at} on, as long as entries are
   * @param entries a codebook from {@code codebook} on, as in the constructor
   * @param count entries of the codebook
   */
  public static int nearest(
      float[] values, int at, float[] entries, int codebook, int subDimension, int count) {
    return Kernels.entries().nearest(values, at, entries, codebook, subDimension, count);
  }

  /** Takes an entry from a piece of a row; {@code step} is from one of its elements to the next. */
  private static void subtract(float[] rest, int at, float[] entries, int entry, int step) {
    for (int d = 0; d < rest.length; d++) {
      rest[at + d] -= entries[entry + d * step];
    }
  }

  @Override
  public Kernel kernel() {
    return kernel(Kernels.active());
  }

  /** Only tables wait for the compiler: look-ups are plain loops in both forms. */
  @Override
  public Kernel kernelForAnswers() {
    return kernel(Kernels.active(), Kernels.entriesForAnswers());
  }

  /** What the tables and a row's term say; never below 0 under L2. */
  static float distance(boolean squared, float bias, float scale, int sum, float term) {
    float distance = bias + scale * sum + term;
    return squared ? Math.max(0, distance) : distance;
  }

  Kernel kernel(Kernels.Form form) {
    return kernel(form, Kernels.entries(form));
  }

  private Kernel kernel(Kernels.Form form, EntryLoops loops) {
    ProductTables tables = new ProductTables(shape, distance, mean, entries, loops);
    return switch (form) {
      case SCALAR -> new ScalarProduct(this, tables);
      case SIMD -> SimdKernels.product(this, tables);
    };
  }
}
