package io.elanus.api.milvus;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A request as its bytes. It is decoded where it is carried out and not where it is received: there
 * every connection of the event loop would wait, and errors would end as stack traces. Rows are
 * decoded without the generated classes, whose lists of floats would copy every vector twice more.
 */
record RawRequest(byte[] bytes) {
  static final RawRequest EMPTY = new RawRequest(new byte[0]);

  static final MethodDescriptor.Marshaller<RawRequest> MARSHALLER = new RawMarshaller();

  /** The last value of a text field at the top level; empty when it is not there. */
  String text(int fieldNumber) {
    WireReader reader = new WireReader(bytes, 0, bytes.length);
    String found = "";
    while (reader.next()) {
      if (reader.field() == fieldNumber) {
        found = reader.text();
      } else {
        reader.skip();
      }
    }
    return found;
  }

  /** The last value of an unsigned 32-bit field at the top level; 0 when it is not there. */
  long number(int fieldNumber) {
    WireReader reader = new WireReader(bytes, 0, bytes.length);
    long found = 0;
    while (reader.next()) {
      if (reader.field() == fieldNumber) {
        found = reader.varint() & 0xffffffffL;
      } else {
        reader.skip();
      }
    }
    return found;
  }

  private static final class RawMarshaller implements MethodDescriptor.Marshaller<RawRequest> {
    @Override
    public InputStream stream(RawRequest value) {
      return new ByteArrayInputStream(value.bytes());
    }

    /** Of a stream that did not say how long it is. */
    private static byte[] joined(byte[] first, int read, int more, byte[] rest) {
      if (more < 0) {
        return Arrays.copyOf(first, read);
      }
      byte[] all = Arrays.copyOf(first, read + 1 + rest.length);
      all[read] = (byte) more;
      System.arraycopy(rest, 0, all, read + 1, rest.length);
      return all;
    }

    @Override
    public RawRequest parse(InputStream stream) {
      try {
        byte[] bytes = new byte[stream.available()];
        int read = stream.readNBytes(bytes, 0, bytes.length);
        int more = stream.read();
        if (read == bytes.length && more < 0) {
          return new RawRequest(bytes);
        }
        return new RawRequest(joined(bytes, read, more, stream.readAllBytes()));
      } catch (IOException e) {
        throw Status.INTERNAL.withDescription("broken stream").withCause(e).asRuntimeException();
      }
    }
  }
}
