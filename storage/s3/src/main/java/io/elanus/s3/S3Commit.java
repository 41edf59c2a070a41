package io.elanus.s3;

import io.elanus.disk.Failpoints;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * One commit of one writer: a write on the condition that the key is free ({@code If-None-Match:
 * *}). Its answer can be lost after the server did it, and the repetition is then refused because
 * of our own object. So every object carries a random id of its writer, which is looked at whenever
 * a write was refused or remained without answer.
 */
final class S3Commit {
  /** Metadata of each object, {@code x-amz-meta-elanus-writer} on the wire. */
  private static final String WRITER = "elanus-writer";

  /** An object that stands in the way may be deleted before it is looked at. */
  private static final int MOST_TRIES = 5;

  private enum Owner {
    US,
    OTHERS,
    NOBODY
  }

  private final S3Bucket bucket;
  private final String key;
  private final String writer = UUID.randomUUID().toString();

  S3Commit(S3Bucket bucket, String key) {
    this.bucket = bucket;
    this.key = key;
  }

  String key() {
    return key;
  }

  Map<String, String> metadata() {
    return Map.of(WRITER, writer);
  }

  /** Writes a whole object; false when the key exists. */
  boolean put(BufferBody object) {
    String checksum = object.checksum();
    return decide(condition -> {
      bucket
          .client()
          .putObject(
              put ->
                  put.bucket(bucket.name())
                      .key(bucket.keyOf(key))
                      .ifNoneMatch(condition.orElse(null))
                      .checksumCRC32C(checksum)
                      .metadata(metadata()),
              object.body());
      return true;
    });
  }

  /** Makes an object of uploaded parts; false when the key exists. */
  boolean complete(String uploadId, List<CompletedPart> parts) {
    return decide(condition -> {
      bucket
          .client()
          .completeMultipartUpload(complete ->
              complete
                  .bucket(bucket.name())
                  .key(bucket.keyOf(key))
                  .uploadId(uploadId)
                  .ifNoneMatch(condition.orElse(null))
                  .multipartUpload(upload -> upload.parts(parts)));
      return true;
    });
  }

  /**
   * @param write given the condition that it must send, if any
   */
  private boolean decide(Function<Optional<String>, Boolean> write) {
    boolean conditional = bucket.options().conditionalWrites();
    if (!conditional && owner() == Owner.OTHERS) {
      return false;
    }
    Failpoints.hit("objects.commit.beforeWrite");
    for (int tries = 1; ; tries++) {
      try {
        return bucket.whileOpen(
            () -> write.apply(conditional ? Optional.of("*") : Optional.empty()));
      } catch (SdkException failure) {
        boolean refused = S3Errors.isRefusedByCondition(failure);
        boolean unclear =
            refused
                || S3Errors.isConflict(failure)
                || S3Errors.isMissing(failure) // the upload, since it was completed
                || S3Errors.mayHelpToRepeat(failure);
        Owner owner = unclear ? ownerAfter(failure) : Owner.NOBODY;
        if (owner != Owner.NOBODY) {
          return owner == Owner.US;
        }
        boolean again = refused || S3Errors.isConflict(failure);
        if (!again || tries == MOST_TRIES) {
          throw S3Errors.of(failure, bucket.options().place(), key);
        }
      }
    }
  }

  private Owner ownerAfter(SdkException failure) {
    try {
      return owner();
    } catch (RuntimeException alsoFailed) {
      var told = S3Errors.of(failure, bucket.options().place(), key);
      told.addSuppressed(alsoFailed);
      throw told;
    }
  }

  /** An object without the whole id may be ours, empty, and told by an answer that was cut off. */
  private Owner owner() {
    for (int tries = 1; ; tries++) {
      Optional<ObjectHead> found = bucket.find(key);
      if (found.isEmpty()) {
        return Owner.NOBODY;
      }
      String id = found.get().metadata().getOrDefault(WRITER, "");
      if (id.length() == writer.length() || tries == MOST_TRIES) {
        return id.equals(writer) ? Owner.US : Owner.OTHERS;
      }
    }
  }
}
