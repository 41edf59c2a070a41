package io.elanus.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.sync.RequestBody;

/** Bytes of a request, read anew from the same buffer whenever the request is repeated. */
record BufferBody(ByteBuffer bytes) {
  /** As S3 writes a CRC32C: big-endian, in base 64. */
  String checksum() {
    CRC32C sum = new CRC32C();
    sum.update(bytes.duplicate());
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) sum.getValue()).array());
  }

  RequestBody body() {
    return RequestBody.fromContentProvider(
        () -> new Stream(bytes.duplicate()), bytes.remaining(), "application/octet-stream");
  }

  private static final class Stream extends InputStream {
    private final ByteBuffer rest;

    Stream(ByteBuffer rest) {
      this.rest = rest;
    }

    @Override
    public int read() {
      return rest.hasRemaining() ? rest.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (length > 0 && !rest.hasRemaining()) {
        return -1;
      }
      int count = Math.min(length, rest.remaining());
      rest.get(target, offset, count);
      return count;
    }

    @Override
    public int available() {
      return rest.remaining();
    }
  }
}
