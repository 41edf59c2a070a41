package io.elanus.objects;

import java.nio.ByteBuffer;

/** An object being written; used by one thread. */
public interface ObjectWriter extends AutoCloseable {
  /** Appends the remaining bytes and consumes them. */
  void write(ByteBuffer bytes);

  /** Bytes written until now. */
  long sizeBytes();

  /**
   * Makes the object durable and visible under its key unless the key exists. After UNAVAILABLE
   * from a remote store it may exist or not; it is never half there.
   *
   * @return false when the key exists; what was written is discarded
   */
  boolean commit();

  /** Discards what was not committed; idempotent. */
  @Override
  void close();
}
