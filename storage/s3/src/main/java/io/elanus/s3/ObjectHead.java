package io.elanus.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * What is known of an object.
 *
 * @param version its ETag, when the server tells one
 * @param metadata what was sent along with it
 */
record ObjectHead(long sizeBytes, Optional<String> version, Map<String, String> metadata) {
  /** From the answer to a read of the first byte: once that has come, all headers have. */
  static ObjectHead read(GetObjectResponse answer, InputStream body) {
    long sizeBytes = isEmpty(answer) ? 0 : ContentRange.of(answer).sizeBytes();
    try {
      if (sizeBytes > 0 && body.read() < 0) {
        throw new EOFException("the body ended early");
      }
    } catch (IOException cut) {
      throw RetryableException.create("the body of an answer was cut off", cut);
    }
    return new ObjectHead(sizeBytes, Optional.ofNullable(answer.eTag()), answer.metadata());
  }

  /** An answer of no bytes, and of no range. */
  static boolean isEmpty(GetObjectResponse answer) {
    return answer.contentRange() == null && Long.valueOf(0).equals(answer.contentLength());
  }

  /** Of an object that has no first byte. */
  static ObjectHead empty(HeadObjectResponse answer) {
    return new ObjectHead(0, Optional.ofNullable(answer.eTag()), answer.metadata());
  }
}
