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

  /** Nothing was written: the log belongs to a newer epoch. */
  record Fenced(long epoch) implements AppendResult {}
}
