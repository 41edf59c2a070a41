package io.elanus.s3;

import io.elanus.objects.ObjectKeys;
import io.elanus.schema.ElanusException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** The bucket as our keys see it: requests, with failures as our errors. Safe for many threads. */
final class S3Bucket implements AutoCloseable {
  private static final int STEP_BYTES = 64 << 10;

  private final S3Client client;
  private final S3Options options;
  private volatile boolean closed;

  S3Bucket(S3Client client, S3Options options) {
    this.client = client;
    this.options = options;
  }

  S3Client client() {
    return client;
  }

  S3Options options() {
    return options;
  }

  String name() {
    return options.bucket();
  }

  /** The key as the server sees it. */
  String keyOf(String key) {
    return options.prefix() + key;
  }

  void checkOpen() {
    if (closed) {
      throw ObjectKeys.closed();
    }
  }

  /** Runs a request about a key that has no answer but a failure worth telling. */
  <T> T ask(String key, Supplier<T> request) {
    try {
      return whileOpen(request);
    } catch (SdkException failure) {
      throw error(failure, key);
    }
  }

  /** The client's pool throws an illegal state when the store is closed under a request. */
  <T> T whileOpen(Supplier<T> request) {
    checkOpen();
    try {
      return request.get();
    } catch (IllegalStateException shutDown) {
      checkOpen();
      throw shutDown;
    }
  }

  ElanusException error(SdkException failure, String key) {
    return S3Errors.isMissing(failure)
        ? ObjectKeys.missing(key)
        : S3Errors.of(failure, options.place(), key);
  }

  boolean exists(String key) {
    return head(key).isPresent();
  }

  /**
   * Only the status of such an answer is sure: one that is cut off among its headers looks whole.
   */
  private Optional<HeadObjectResponse> head(String key) {
    try {
      return Optional.of(
          whileOpen(() -> client.headObject(ask -> ask.bucket(name()).key(keyOf(key)))));
    } catch (SdkException failure) {
      if (S3Errors.isMissing(failure)) {
        return Optional.empty();
      }
      throw error(failure, key);
    }
  }

  /** What is known of an object, if it exists: from the answer to a read of its first byte. */
  Optional<ObjectHead> find(String key) {
    try {
      return Optional.of(
          whileOpen(() ->
              client.getObject(
                  ask -> ask.bucket(name()).key(keyOf(key)).range("bytes=0-0"), ObjectHead::read)));
    } catch (SdkException failure) {
      if (S3Errors.isBeyondTheEnd(failure)) {
        return head(key).map(ObjectHead::empty);
      }
      if (S3Errors.isMissing(failure)) {
        return Optional.empty();
      }
      throw error(failure, key);
    }
  }

  ObjectHead existing(String key) {
    return find(key).orElseThrow(() -> ObjectKeys.missing(key));
  }

  /**
   * What is known of an object, from the answer that fills a buffer with its first bytes.
   *
   * @param target all of it; position 0, filled to its limit, which a small object makes smaller
   */
  ObjectHead readBeginning(String key, ByteBuffer target) {
    try {
      return whileOpen(() ->
          client.getObject(
              ask -> ask.bucket(name()).key(keyOf(key)).range("bytes=0-" + (target.capacity() - 1)),
              (answer, body) -> fill(target, answer, body)));
    } catch (SdkException failure) {
      if (S3Errors.isBeyondTheEnd(failure)) {
        target.clear().limit(0);
        return head(key).map(ObjectHead::empty).orElseThrow(() -> ObjectKeys.missing(key));
      }
      throw error(failure, key);
    }
  }

  private static ObjectHead fill(ByteBuffer target, GetObjectResponse answer, InputStream body) {
    long sizeBytes = 0;
    if (ObjectHead.isEmpty(answer)) {
      target.clear().limit(0);
    } else {
      sizeBytes = fill(target, 0, answer, body);
    }
    return new ObjectHead(sizeBytes, Optional.ofNullable(answer.eTag()), answer.metadata());
  }

  /**
   * Fills a buffer from an object.
   *
   * @param target has remaining bytes; position 0, filled to its limit
   * @param version ETag that the object must have; empty: any
   */
  void read(String key, long offset, ByteBuffer target, Optional<String> version) {
    int length = target.remaining();
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(name())
            .key(keyOf(key))
            .range("bytes=" + offset + "-" + (offset + length - 1))
            .ifMatch(version.orElse(null))
            .build();
    long sizeBytes;
    try {
      sizeBytes =
          whileOpen(() ->
              client.getObject(request, (answer, body) -> fill(target, offset, answer, body)));
    } catch (SdkException failure) {
      if (!S3Errors.isBeyondTheEnd(failure)) {
        throw error(failure, key);
      }
      sizeBytes = existing(key).sizeBytes();
    }
    ObjectKeys.checkRange(key, offset, length, sizeBytes);
  }

  /**
   * Reads the answer to the end; the size of the whole object. A body that ends early, and an
   * answer that is not about the range, are asked for again.
   */
  private static long fill(
      ByteBuffer target, long offset, GetObjectResponse answer, InputStream body) {
    ContentRange range = ContentRange.of(answer);
    target.clear();
    long end = Math.min(offset + target.capacity(), range.sizeBytes());
    if (range.first() != offset || end != range.last() + 1) {
      throw RetryableException.create("the answer is of another range", new EOFException());
    }
    target.limit((int) (end - offset));
    byte[] step = new byte[Math.min(STEP_BYTES, Math.max(1, target.remaining()))];
    try {
      while (target.hasRemaining()) {
        int count = body.read(step, 0, Math.min(step.length, target.remaining()));
        if (count < 0) {
          throw new EOFException("the body ended early");
        }
        target.put(step, 0, count);
      }
    } catch (IOException cut) {
      throw RetryableException.create("the body of an answer was cut off", cut);
    }
    target.flip();
    return range.sizeBytes();
  }

  @Override
  public void close() {
    closed = true;
    client.close();
  }
}
