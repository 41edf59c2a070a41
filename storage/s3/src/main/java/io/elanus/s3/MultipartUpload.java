package io.elanus.s3;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * The parts of one object on their way, two at a time, each on a virtual thread; used by one
 * thread.
 */
final class MultipartUpload {
  private static final System.Logger LOGGER = System.getLogger(MultipartUpload.class.getName());
  private static final int MOST_IN_FLIGHT = 2;

  /**
   * After so many parts the next ones are larger by the first size: 10,000 hold 55,000 times it.
   */
  private static final int PARTS_OF_A_SIZE = 1_000;

  private static final int MOST_PARTS = 10_000;
  private static final int MOST_TRIES = 3;
  private static final Duration PATIENCE_TO_ABORT = Duration.ofSeconds(5);

  private final S3Bucket bucket;
  private final S3Commit commit;
  private final PartMemory memory;
  private final String uploadId;
  private final ArrayDeque<BegunTask<CompletedPart>> inFlight = new ArrayDeque<>();
  private final List<CompletedPart> parts = new ArrayList<>();
  private int begun;

  private MultipartUpload(S3Bucket bucket, S3Commit commit, PartMemory memory, String uploadId) {
    this.bucket = bucket;
    this.commit = commit;
    this.memory = memory;
    this.uploadId = uploadId;
  }

  static MultipartUpload begin(S3Bucket bucket, S3Commit commit, PartMemory memory) {
    String id =
        bucket.ask(
            commit.key(),
            () ->
                bucket
                    .client()
                    .createMultipartUpload(create ->
                        create
                            .bucket(bucket.name())
                            .key(bucket.keyOf(commit.key()))
                            .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                            .metadata(commit.metadata()))
                    .uploadId());
    return new MultipartUpload(bucket, commit, memory, id);
  }

  /** An empty buffer for the next part. */
  ByteBuffer nextPart() {
    return memory.take(memory.partBytes() * (1 + begun / PARTS_OF_A_SIZE));
  }

  /**
   * Uploads a part in the background; waits while two are on their way.
   *
   * @param part from position to limit; given back to the memory when it was uploaded
   */
  void send(ByteBuffer part) {
    if (begun == MOST_PARTS) {
      throw new ElanusException(ErrorCode.IO_FAILED, "object has more parts than S3 allows")
          .with("key", commit.key());
    }
    if (inFlight.size() == MOST_IN_FLIGHT) {
      awaitFirst();
    }
    int number = ++begun;
    inFlight.add(BegunTask.start("s3-part", () -> upload(number, part)));
  }

  private CompletedPart upload(int number, ByteBuffer part) {
    try {
      var body = new BufferBody(part);
      String checksum = body.checksum();
      @Nullable String tag = null;
      for (int tries = 0; tries < MOST_TRIES && !isWhole(tag); tries++) {
        tag = upload(number, body, checksum).eTag();
      }
      return CompletedPart.builder().partNumber(number).eTag(tag).checksumCRC32C(checksum).build();
    } finally {
      memory.giveBack(part);
    }
  }

  /** An answer that was cut off among its headers has a part of the tag, or none. */
  private static boolean isWhole(@Nullable String tag) {
    return tag != null && tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\"");
  }

  private UploadPartResponse upload(int number, BufferBody body, String checksum) {
    return bucket.ask(
        commit.key(),
        () ->
            bucket
                .client()
                .uploadPart(
                    upload ->
                        upload
                            .bucket(bucket.name())
                            .key(bucket.keyOf(commit.key()))
                            .uploadId(uploadId)
                            .partNumber(number)
                            .checksumCRC32C(checksum),
                    body.body()));
  }

  private void awaitFirst() {
    parts.add(inFlight.remove().await());
  }

  /** Waits for the parts and makes them an object; false when the key exists. */
  boolean complete() {
    while (!inFlight.isEmpty()) {
      awaitFirst();
    }
    return commit.complete(uploadId, parts);
  }

  /**
   * Has the server drop the parts. Where that fails they are removed when a store is opened later,
   * see {@link S3Opening}.
   */
  void abort() {
    inFlight.forEach(BegunTask::cancel);
    inFlight.forEach(BegunTask::awaitEnd);
    inFlight.clear();
    try {
      bucket.whileOpen(() ->
          bucket
              .client()
              .abortMultipartUpload(abort ->
                  abort
                      .bucket(bucket.name())
                      .key(bucket.keyOf(commit.key()))
                      .uploadId(uploadId)
                      .overrideConfiguration(call -> call.apiCallTimeout(PATIENCE_TO_ABORT))));
    } catch (SdkException | ElanusException failure) {
      if (!(failure instanceof SdkException answered && S3Errors.isMissing(answered))) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "could not abort an upload, key={0}, reason={1}",
            commit.key(),
            failure.getMessage());
      }
    }
  }
}
