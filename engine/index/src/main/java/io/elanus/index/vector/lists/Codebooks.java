package io.elanus.index.vector.lists;

import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What product codes stand for (Jégou et al. 2011): the residual of a row, from the centre of its
 * list, is cut into subspaces, each coded by the nearest entry of a codebook of its own. Distances
 * need no table for each list: |q − c − r|² = |q − c|² + (|r|² + 2 c·r) − 2 q·r, of which the first
 * is the list's bias and the second the row's term.
 *
 * <p>Section: CODEBOOKS, [subspaces × 2^bits × dimension of a subspace] float32; entries that no
 * row was there to learn are zero.
 *
 * @param entries as in the section
 * @param factor −2 under L2, otherwise −1
 */
record Codebooks(int subspaces, int bits, int subDimension, float[] entries, float factor)
    implements NibbleLists.Tables {
  /** Subspaces and bits of a code. */
  public record Shape(int subspaces, int bits) {
    private static final int DEFAULT_BITS = 8;

    /** A codebook of more entries than this costs more to ask than it gives. */
    private static final int MOST_BITS = 12;

    /** Codes that a register holds the tables of. */
    private static final int NIBBLE = 4;

    /** What was asked for, with no more entries than there are rows. */
    public static Shape of(IndexSpec spec, int dimension, int rows) {
      if (spec.type() == IndexType.SCANN) {
        int sub = spec.integer("sub_dim", dimension % 2 == 0 ? 2 : 1);
        return new Shape(dimension / sub, NIBBLE);
      }
      int bits = Math.min(spec.integer("nbits", DEFAULT_BITS), MOST_BITS);
      while (bits > NIBBLE && 1 << bits > rows) {
        bits--;
      }
      return new Shape(spec.integer("m", 1), Math.max(bits, NIBBLE));
    }

    /** Bytes of a code as lists hold it, without what belongs to its row. */
    long codeBytes() {
      int stored = nibbles() ? NIBBLE : bits <= 8 ? 8 : 16;
      return (subspaces * (long) stored + 7) / 8;
    }

    public boolean nibbles() {
      return bits == NIBBLE;
    }
  }

  static Codebooks of(IndexFile file, int rows) {
    Shape shape = Shape.of(file.spec(), file.dimension(), rows);
    file.check(
        shape.subspaces() >= 1 && shape.subspaces() <= file.dimension(), "subspaces of codes");
    long bytes = 4L * file.dimension() << shape.bits();
    MemorySegment section = file.section(IndexFileFormat.Section.CODEBOOKS, bytes);
    float[] entries = new float[file.dimension() << shape.bits()];
    MemorySegment.copy(section, IndexFileFormat.FLOAT, 0, entries, 0, entries.length);
    return new Codebooks(
        shape.subspaces(),
        shape.bits(),
        file.dimension() / shape.subspaces(),
        entries,
        file.spec().metric() == Metric.L2 ? -2 : -1);
  }

  MemorySegment section(Arena arena) {
    MemorySegment section = arena.allocate(4L * entries.length, 64);
    MemorySegment.copy(entries, 0, section, IndexFileFormat.FLOAT, 0, entries.length);
    return section;
  }

  int entry(int subspace, int code) {
    return ((subspace << bits) + code) * subDimension;
  }

  /** Fills tables of [subspaces × 2^bits]. */
  void fill(float[] query, float[] tables) {
    int count = 1 << bits;
    for (int j = 0; j < subspaces; j++) {
      for (int code = 0; code < count; code++) {
        tables[j * count + code] = number(query, j, code);
      }
    }
  }

  /** What the table of a subspace holds for a code. */
  float number(float[] query, int subspace, int code) {
    int first = subspace * subDimension;
    int at = entry(subspace, code);
    float dot = 0;
    for (int i = 0; i < subDimension; i++) {
      dot += query[first + i] * entries[at + i];
    }
    return factor * dot;
  }

  @Override
  public int width() {
    return subDimension;
  }

  @Override
  public float[] numbers() {
    int count = 1 << bits;
    float[] numbers = new float[entries.length];
    for (int j = 0; j < subspaces; j++) {
      for (int code = 0; code < count; code++) {
        for (int i = 0; i < subDimension; i++) {
          numbers[(j * subDimension + i) * count + code] = entries[entry(j, code) + i];
        }
      }
    }
    return numbers;
  }

  @Override
  public int candidates(int k) {
    return 6 * k + 40;
  }
}
