package io.elanus.azure;

import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes into a buffer; what does not fit is dropped. */
final class BufferStream extends OutputStream {
  private final ByteBuffer target;

  BufferStream(ByteBuffer target) {
    this.target = target;
  }

  @Override
  public void write(int each) {
    if (target.hasRemaining()) {
      target.put((byte) each);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    target.put(bytes, offset, Math.min(length, target.remaining()));
  }

  @Override
  public void close() {
    // the buffer is the reader's
  }
}
