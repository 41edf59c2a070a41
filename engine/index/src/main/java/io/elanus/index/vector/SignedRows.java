package io.elanus.index.vector;

import io.elanus.schema.Metric;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.RandomRotation;
import io.elanus.vectors.SignCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * One bit an element of the rows of a graph, for bounds below their distances.
 *
 * <p>Sections: SIGNS, [slots × rowBytes] as {@link SignCodes} writes them; SIGN_CENTRE, [dimension]
 * float32; ROTATION, as {@link Rotation} has it.
 */
record SignedRows(SignCodes codes, MemorySegment data) {
  /**
   * By how many of its usual errors a bound is below the estimate. Fewer leave out rows that
   * belong to the answer, more let rows pass that do not.
   */
  private static final float ERRORS = Float.parseFloat(System.getProperty("eps", "1.2"));

  /** Encodes rows around the mean of a sample of them. */
  static SignedRows encode(
      Metric metric, RowTable floats, float[][] sample, Workers workers, Arena arena) {
    SignCodes codes =
        SignCodes.train(HnswSearch.walkedDistance(metric), sample, floats.dimension());
    long bytes = (long) floats.count() * codes.rowBytes();
    MemorySegment data = arena.allocate(Math.max(64, bytes), 64);
    workers.run(
        floats.count(),
        (worker, slot) -> codes.encode(floats.values(slot), data, (long) slot * codes.rowBytes()));
    return new SignedRows(codes, data.asSlice(0, bytes));
  }

  static SignedRows open(IndexFile file, int slots) {
    float[] centre = new float[file.dimension()];
    MemorySegment known =
        file.section(IndexFileFormat.Section.SIGN_CENTRE, 4L * centre.length);
    MemorySegment.copy(known, IndexFileFormat.FLOAT, 0, centre, 0, centre.length);
    SignCodes codes =
        new SignCodes(
            HnswSearch.walkedDistance(file.spec().metric()), centre, Rotation.of(file).map());
    return new SignedRows(
        codes, file.section(IndexFileFormat.Section.SIGNS, (long) slots * codes.rowBytes()));
  }

  void addTo(Map<IndexFileFormat.Section, MemorySegment> sections, Arena arena) {
    sections.put(IndexFileFormat.Section.SIGNS, data);
    sections.put(
        IndexFileFormat.Section.SIGN_CENTRE,
        arena.allocateFrom(IndexFileFormat.FLOAT, codes.centre()));
    RandomRotation rotation = codes.rotation();
    sections.put(
        IndexFileFormat.Section.ROTATION,
        arena.allocateFrom(ValueLayout.JAVA_BYTE, rotation.minus()));
  }

  /** The bounds for a build, which do not change while it runs. */
  Space bounds() {
    return space(codes.bounds(ERRORS));
  }

  /** The bounds for answers. */
  Space boundsForAnswers() {
    return space(codes.boundsForAnswers(ERRORS));
  }

  private Space space(Kernel kernel) {
    return new Space(kernel, data, codes.rowBytes());
  }
}
