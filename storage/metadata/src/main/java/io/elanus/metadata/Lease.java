package io.elanus.metadata;

/** A hold, or a wait for one, on a key. */
public interface Lease extends AutoCloseable {
  /**
   * Whether the key is certainly ours at this moment. A shared store answers false while it cannot
   * tell, and true again if the same hold turns out to have lasted. A hold that ended does not come
   * back: ask for a new lease.
   */
  boolean held();

  /**
   * Whether the hold, or the wait, has ended, as far as is known here: by its close, or because the
   * store said so. What a shared store cannot be asked about at present may last.
   */
  boolean isOver();

  /** Gives the key, or the place in the queue, back; idempotent. */
  @Override
  void close();
}
