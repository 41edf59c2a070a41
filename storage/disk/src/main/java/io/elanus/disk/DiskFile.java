package io.elanus.disk;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * An open file; positions are byte offsets in it. Safe for several readers and one writer. An
 * interrupt of a calling thread neither closes the file nor fails the call.
 */
public interface DiskFile extends AutoCloseable {
  Path path();

  /** Writes all remaining bytes. On an exception any part of them may have been written. */
  void write(ByteBuffer source, long position);

  /** Fills the buffer as far as the file reaches; the number of bytes read, 0 at the end. */
  int read(ByteBuffer target, long position);

  /**
   * Makes what was written durable. A failure says nothing about what is durable and must not be
   * answered by a second try.
   *
   * @param metadata whether a changed size must be durable for other reasons than reading the bytes
   */
  void force(boolean metadata);

  long sizeBytes();

  /** Cuts the file to a smaller size. */
  void truncate(long sizeBytes);

  /** Idempotent; does not force. */
  @Override
  void close();
}
