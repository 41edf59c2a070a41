package io.elanus.log;

/** What became of an append; the caller must choose what to do next. */
public sealed interface AppendResult {
  /**
   * All payloads are durable.
   *
   * @param firstPosition of the first record
   * @param positions one for each payload
   * @param endPosition of the log after the last
   */
  record Appended(long firstPosition, long[] positions, long endPosition) implements AppendResult {}

  /**
   * The log belongs to a newer epoch. Nothing was written; or, where writers are in different
   * processes and the newer one came between these records, a prefix of them, in front of all that
   * the newer one writes. The caller acknowledges none.
   */
  record Fenced(long epoch) implements AppendResult {}
}
