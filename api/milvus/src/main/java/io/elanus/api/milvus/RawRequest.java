package io.elanus.api.milvus;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A request as its bytes. Rows are decoded from them without the generated classes, whose lists of
 * floats would copy every vector twice more.
 */
record RawRequest(byte[] bytes) {
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

    @Override
    public RawRequest parse(InputStream stream) {
      try {
        byte[] bytes = new byte[stream.available()];
        int read = stream.readNBytes(bytes, 0, bytes.length);
        byte[] rest = stream.readAllBytes();
        if (read == bytes.length && rest.length == 0) {
          return new RawRequest(bytes);
        }
        byte[] all = Arrays.copyOf(bytes, read + rest.length);
        System.arraycopy(rest, 0, all, read, rest.length);
        return new RawRequest(all);
      } catch (IOException e) {
        throw Status.INTERNAL.withDescription("broken stream").withCause(e).asRuntimeException();
      }
    }
  }
}
