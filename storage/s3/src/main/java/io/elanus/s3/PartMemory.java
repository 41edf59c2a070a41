package io.elanus.s3;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/** Buffers of one part each, off the heap; a few idle ones are kept for the next part. */
final class PartMemory {
  private static final int MOST_IDLE = 4;

  private final int partBytes;
  private final ArrayBlockingQueue<ByteBuffer> idle = new ArrayBlockingQueue<>(MOST_IDLE);

  PartMemory(int partBytes) {
    this.partBytes = partBytes;
  }

  int partBytes() {
    return partBytes;
  }

  /** An empty buffer; of more or fewer bytes than a part it is a fresh one. */
  ByteBuffer take(int bytes) {
    ByteBuffer kept = bytes == partBytes ? idle.poll() : null;
    return kept == null ? ByteBuffer.allocateDirect(bytes) : kept.clear();
  }

  /** Nobody looks at the buffer any more. */
  void giveBack(ByteBuffer buffer) {
    if (buffer.capacity() == partBytes) {
      idle.offer(buffer);
    }
  }
}
