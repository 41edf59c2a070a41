package io.elanus.s3;

import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectKeys;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects in a bucket of S3 or what speaks it; the key is the prefix and our key. Requests are
 * repeated until their deadline, then UNAVAILABLE. A delete looks first, so that of two deletes at
 * the same moment both may say that the object existed. See decision 0024.
 */
public final class S3ObjectStore implements ObjectStore {
  private static final int FIRST_LOOK_BYTES = 64 << 10;

  private final S3Bucket bucket;
  private final PartMemory memory;
  private final S3Download download;

  private S3ObjectStore(S3Bucket bucket) {
    this.bucket = bucket;
    this.memory = new PartMemory(bucket.options().partBytes());
    this.download = new S3Download(bucket, memory);
  }

  /** Opens the store, once it has shown that it keeps the promise of conditional writes. */
  public static S3ObjectStore open(S3Options options) {
    var bucket = new S3Bucket(S3Clients.open(options), options);
    try {
      var opening = new S3Opening(bucket);
      if (options.conditionalWrites()) {
        opening.checkConditionalWrites();
      }
      opening.removeAbandonedUploads();
    } catch (RuntimeException failure) {
      bucket.close();
      throw failure;
    }
    return new S3ObjectStore(bucket);
  }

  @Override
  public ObjectWriter create(String key) {
    check(key);
    return new S3ObjectWriter(bucket, memory, key);
  }

  @Override
  public long size(String key) {
    check(key);
    return bucket.existing(key).sizeBytes();
  }

  @Override
  public ByteBuffer read(String key, long offset, int length) {
    check(key);
    if (offset < 0 || length <= 0 || offset > Long.MAX_VALUE - length) {
      ObjectKeys.checkRange(key, offset, length, size(key));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    if (length > 0) {
      bucket.read(key, offset, bytes, Optional.empty());
    }
    return bytes;
  }

  /** With one request where the object is not larger than a first look. */
  @Override
  public ByteBuffer readAll(String key) {
    check(key);
    ByteBuffer beginning = ByteBuffer.allocate(FIRST_LOOK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ObjectHead object = bucket.readBeginning(key, beginning);
    if (object.sizeBytes() <= FIRST_LOOK_BYTES) {
      return beginning;
    }
    ByteBuffer all =
        ByteBuffer.allocate(Math.toIntExact(object.sizeBytes())).order(ByteOrder.LITTLE_ENDIAN);
    all.put(beginning);
    bucket.read(key, FIRST_LOOK_BYTES, all.slice(), object.version());
    return all.clear();
  }

  @Override
  public void copyTo(String key, Path target, LongConsumer size) {
    check(key);
    download.copy(key, target, size);
  }

  @Override
  public List<ObjectInfo> list(String prefix) {
    bucket.checkOpen();
    if (!ObjectKeys.isPrefix(prefix)) {
      return List.of();
    }
    return bucket.ask(prefix, () -> pages(prefix));
  }

  private List<ObjectInfo> pages(String prefix) {
    var found = new ArrayList<ObjectInfo>();
    for (S3Object object :
        bucket
            .client()
            .listObjectsV2Paginator(list -> list.bucket(bucket.name()).prefix(bucket.keyOf(prefix)))
            .contents()) {
      String key = object.key().substring(bucket.options().prefix().length());
      if (ObjectKeys.isKey(key)) {
        found.add(new ObjectInfo(key, object.size(), object.lastModified().toEpochMilli()));
      }
    }
    found.sort(Comparator.comparing(ObjectInfo::key));
    return List.copyOf(found);
  }

  @Override
  public boolean delete(String key) {
    if (!exists(key)) {
      return false;
    }
    bucket.ask(
        key,
        () ->
            bucket
                .client()
                .deleteObject(delete -> delete.bucket(bucket.name()).key(bucket.keyOf(key))));
    return true;
  }

  @Override
  public boolean exists(String key) {
    check(key);
    return bucket.exists(key);
  }

  @Override
  public Optional<Path> localPath(String key) {
    check(key);
    return Optional.empty();
  }

  @Override
  public void close() {
    bucket.close();
  }

  private void check(String key) {
    bucket.checkOpen();
    ObjectKeys.check(key);
  }
}
