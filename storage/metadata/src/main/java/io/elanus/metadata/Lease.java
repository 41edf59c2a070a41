package io.elanus.metadata;

/** A hold, or a wait for one, on a key. */
public interface Lease extends AutoCloseable {
  /** Whether the key is ours at this moment. */
  boolean held();

  /** Gives the key, or the place in the queue, back; idempotent. */
  @Override
  void close();
}
