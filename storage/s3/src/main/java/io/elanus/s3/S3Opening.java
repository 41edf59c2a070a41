package io.elanus.s3;

import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * What is done once when a store is opened: the server must keep the promise of conditional writes,
 * and the parts that dead writers left go.
 */
final class S3Opening {
  private static final System.Logger LOGGER = System.getLogger(S3Opening.class.getName());

  private final S3Bucket bucket;

  S3Opening(S3Bucket bucket) {
    this.bucket = bucket;
  }

  /**
   * Writes a tiny object three times, the second time as before and the third time by parts: both
   * must be refused. The key begins with a dot, so no object has it and no listing shows it.
   */
  void checkConditionalWrites() {
    String key = ".probe-" + UUID.randomUUID();
    var probe = new BufferBody(ByteBuffer.wrap("probe".getBytes(StandardCharsets.UTF_8)));
    boolean kept;
    try {
      isRefused(() -> put(key, probe)); // by itself, when its answer was lost and it was repeated
      kept = isRefused(() -> put(key, probe)) && isRefused(() -> parts(key, probe));
    } catch (SdkException failure) {
      if (!S3Errors.isNotImplemented(failure)) {
        throw S3Errors.of(failure, bucket.options().place(), key);
      }
      kept = false;
    }
    removeProbe(key);
    if (!kept) {
      throw ElanusException.invalid(
              "object store overwrites in spite of If-None-Match; with the setting"
                  + " conditional.writes=false it is used all the same, and then two commits of"
                  + " one key at the same moment may both seem to win")
          .with("store", bucket.options().place());
    }
  }

  private static boolean isRefused(Runnable write) {
    try {
      write.run();
      return false;
    } catch (SdkException failure) {
      if (S3Errors.isRefusedByCondition(failure)) {
        return true;
      }
      throw failure;
    }
  }

  private void put(String key, BufferBody probe) {
    bucket
        .client()
        .putObject(
            put -> put.bucket(bucket.name()).key(bucket.keyOf(key)).ifNoneMatch("*"), probe.body());
  }

  private void parts(String key, BufferBody probe) {
    S3Client client = bucket.client();
    String name = bucket.name();
    String full = bucket.keyOf(key);
    String id = client.createMultipartUpload(create -> create.bucket(name).key(full)).uploadId();
    try {
      String tag =
          client
              .uploadPart(
                  part -> part.bucket(name).key(full).uploadId(id).partNumber(1), probe.body())
              .eTag();
      CompletedPart only = CompletedPart.builder().partNumber(1).eTag(tag).build();
      client.completeMultipartUpload(complete ->
          complete
              .bucket(name)
              .key(full)
              .uploadId(id)
              .ifNoneMatch("*")
              .multipartUpload(upload -> upload.parts(only)));
    } catch (SdkException failure) {
      abort(full, id);
      throw failure;
    }
  }

  private void removeProbe(String key) {
    try {
      bucket.client().deleteObject(delete -> delete.bucket(bucket.name()).key(bucket.keyOf(key)));
    } catch (SdkException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "could not remove the probe of the object store, key={0}, reason={1}",
          key,
          failure.getMessage());
    }
  }

  /** Removes parts that were never made an object; a store that forbids it is used all the same. */
  void removeAbandonedUploads() {
    Instant latest = Instant.now().minus(bucket.options().abandonedAfter());
    int removed = 0;
    try {
      for (MultipartUpload upload :
          bucket
              .client()
              .listMultipartUploadsPaginator(
                  list -> list.bucket(bucket.name()).prefix(bucket.options().prefix()))
              .uploads()) {
        if (upload.initiated().isBefore(latest)) {
          abort(upload.key(), upload.uploadId());
          removed++;
        }
      }
    } catch (SdkException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "could not look for abandoned uploads, store={0}, reason={1}",
          bucket.options().place(),
          failure.getMessage());
    }
    if (removed > 0) {
      LOGGER.log(System.Logger.Level.INFO, "removed abandoned uploads, count={0}", removed);
    }
  }

  private void abort(String fullKey, String uploadId) {
    try {
      bucket
          .client()
          .abortMultipartUpload(
              abort -> abort.bucket(bucket.name()).key(fullKey).uploadId(uploadId));
    } catch (SdkException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "could not abort an upload, key={0}, reason={1}",
          fullKey,
          failure.getMessage());
    }
  }
}
