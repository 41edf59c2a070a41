package io.elanus.index.vector.rows;

import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.RowPrecision;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileFormat.Section;
import io.elanus.schema.Metric;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.RandomRotation;
import io.elanus.vectors.SignCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * One bit an element of the rows of a graph, for lower bounds of their distances.
 *
 * <p>Sections: SIGNS, [slots × rowBytes] as {@link SignCodes} writes them; SIGN_CENTRE, [dimension]
 * float32; ROTATION, [4 × dimension] bytes, each 1 for a minus.
 */
public record SignedRows(SignCodes codes, MemorySegment data) {
  /**
   * By how many of its usual errors a lower bound is below the estimate. Fewer leave out rows that
   * belong to the answer, more let rows pass that do not (glyphs, ef 32: recall .9726 at 0.4, .9738
   * at 1.2, .9742 at 1.8 and without signs).
   */
  private static final float ERRORS = 1.2f;

  /** Whether an index keeps signs. */
  public static boolean has(IndexSpec spec) {
    return spec.type() == IndexType.HNSW_SQ && RowPrecision.walked(spec) == RowPrecision.RABITQ;
  }

  /** Encodes rows around the mean of a sample of them. */
  public static SignedRows encode(
      Metric metric, RowTable floats, float[][] sample, Workers workers, Arena arena) {
    SignCodes codes =
        workers
            .context()
            .watch(
                () -> SignCodes.train(Shapes.walkedDistance(metric), sample, floats.dimension()));
    MemorySegment data =
        workers.context().allocate(arena, (long) floats.count() * codes.rowBytes());
    workers.run(
        floats.count(),
        (worker, slot) -> codes.encode(floats.values(slot), data, (long) slot * codes.rowBytes()));
    return new SignedRows(codes, data);
  }

  /** Opens the signs of so many slots. */
  public static SignedRows open(IndexFile file, int slots) {
    int dimension = file.dimension();
    MemorySegment known = file.section(Section.SIGN_CENTRE, 4L * dimension);
    float[] centre = new float[dimension];
    MemorySegment.copy(known, IndexFileFormat.FLOAT, 0, centre, 0, dimension);
    byte[] minus =
        file.section(Section.ROTATION, RandomRotation.bytes(dimension))
            .toArray(ValueLayout.JAVA_BYTE);
    SignCodes codes =
        new SignCodes(
            Shapes.walkedDistance(file.spec().metric()),
            centre,
            RandomRotation.of(dimension, minus));
    return new SignedRows(codes, file.section(Section.SIGNS, (long) slots * codes.rowBytes()));
  }

  public void addTo(Map<Section, MemorySegment> sections, Arena arena) {
    sections.put(Section.SIGNS, data);
    sections.put(Section.SIGN_CENTRE, arena.allocateFrom(IndexFileFormat.FLOAT, codes.centre()));
    sections.put(
        Section.ROTATION, arena.allocateFrom(ValueLayout.JAVA_BYTE, codes.rotation().minus()));
  }

  /** The lower bounds for a build, which do not change while it runs. */
  public Space lowerBounds() {
    return space(codes.lowerBounds(ERRORS));
  }

  /** The lower bounds for answers. */
  public Space lowerBoundsForAnswers() {
    return space(codes.lowerBoundsForAnswers(ERRORS));
  }

  private Space space(Kernel kernel) {
    return new Space(kernel, data, codes.rowBytes());
  }
}
