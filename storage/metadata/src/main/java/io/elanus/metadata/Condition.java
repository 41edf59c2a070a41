package io.elanus.metadata;

/** What must hold of one key for a transaction to commit. */
public sealed interface Condition {
  String key();

  /** The key exists and was last written by this revision. */
  record AtRevision(String key, long revision) implements Condition {}

  /** The key does not exist. */
  record Absent(String key) implements Condition {}
}
