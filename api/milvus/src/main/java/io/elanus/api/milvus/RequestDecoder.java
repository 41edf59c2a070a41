package io.elanus.api.milvus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import java.io.IOException;

/** Makes the request of an RPC from its bytes. */
@FunctionalInterface
interface RequestDecoder<Q> {
  /**
   * @throws io.grpc.StatusRuntimeException INTERNAL when the bytes are no such message
   */
  Q decode(RawRequest raw);

  /** Bytes fields of the message are not copied: they keep the request's bytes alive. */
  static <Q extends Message> RequestDecoder<Q> of(Parser<Q> parser) {
    return raw -> {
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(raw.bytes()).newCodedInput();
      in.enableAliasing(true);
      try {
        Q request = parser.parseFrom(in);
        in.checkLastTagWas(0);
        return request;
      } catch (IOException broken) {
        throw Status.INTERNAL
            .withDescription("Invalid protobuf byte sequence: " + broken.getMessage())
            .asRuntimeException();
      }
    };
  }
}
