package io.elanus.metadata;

/** What became of a transaction; the caller must choose what to do next. */
public sealed interface CommitResult {
  /** Durable; the keys it wrote carry this revision. */
  record Committed(long revision) implements CommitResult {}

  /** Nothing changed: the condition on this key did not hold. */
  record Conflict(String key) implements CommitResult {}
}
