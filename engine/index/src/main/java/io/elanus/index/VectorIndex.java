package io.elanus.index;

import java.util.List;

/**
 * An index over the rows of one vector column. Searches are thread-safe and run side by side. Its
 * memory is not its own: whoever closes the arena that it was opened in, or lets go of the rows
 * that it borrowed, counts the readers.
 */
public interface VectorIndex extends AutoCloseable {
  /** What was asked for when it was built. */
  IndexSpec spec();

  /** Rows of the column it was built over, null rows counted. */
  int count();

  /** Bytes of the file it maps; 0 for an exact index over borrowed rows. */
  long mappedBytes();

  /**
   * Bytes of the file that every search may need in memory; the others are read where a search gets
   * to them, and are as well on disk.
   */
  default long residentBytes() {
    return mappedBytes();
  }

  /** What was built where the type leaves that open; else empty. */
  default String builtAs() {
    return AutomaticForm.of(spec()).map(AutomaticForm::text).orElse("");
  }

  /**
   * What its build measured of its recall; nothing where answers are exact, of trees and of
   * signatures, and where rows are few.
   */
  default MeasuredRecall measuredRecall() {
    return MeasuredRecall.NONE;
  }

  /** Recall of the 10 nearest, by that measure, of a search that names no effort. */
  default float defaultRecall() {
    return measuredRecall().atDefault();
  }

  /**
   * The best rows, best first; rows of equal score come in ascending order. Rows outside {@code
   * query.eligible()} are never returned, and k rows come back if k eligible rows within the range
   * exist, but for indexes that only know candidates (MINHASH_LSH: rows that share a band), sparse
   * rows of score 0, and a search that asks not to be completed. Nothing is allocated per
   * candidate.
   */
  Neighbors search(VectorQuery query);

  /**
   * Answers several queries, each as {@link #search} does, to the last bit of its scores; what is
   * read once may serve them all.
   *
   * @param queries at least one; they differ in their vectors only
   */
  default List<Neighbors> searchAll(List<VectorQuery> queries) {
    return queries.stream().map(this::search).toList();
  }

  /** Whether {@link #searchAll} reads rows once for all its queries, so that it costs less. */
  default boolean readsOnce() {
    return false;
  }

  /** Nothing to give back; with {@code try} it marks how long an index is used. */
  @Override
  default void close() {}
}
