package io.elanus.gcs;

import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectKeys;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.objects.PartWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Objects in a bucket of Google Cloud Storage; an object's name there is the prefix and our key.
 * Requests are repeated until their deadline, then UNAVAILABLE. See decision 0028.
 */
public final class GcsObjectStore implements ObjectStore {
  private final GcsBucket bucket;

  private GcsObjectStore(GcsBucket bucket) {
    this.bucket = bucket;
  }

  /** Opens the store; wrong settings and missing rights to list are told. */
  public static GcsObjectStore open(GcsOptions options) {
    var bucket = new GcsBucket(GcsRequests.open(options));
    bucket.checkAccess();
    return new GcsObjectStore(bucket);
  }

  @Override
  public ObjectWriter create(String key) {
    check(key);
    return new PartWriter(key, bucket.requests().options().partBytes(), new GcsUpload(bucket, key));
  }

  @Override
  public long size(String key) {
    check(key);
    return bucket.size(key);
  }

  @Override
  public ByteBuffer read(String key, long offset, int length) {
    check(key);
    if (offset < 0 || length <= 0 || offset > Long.MAX_VALUE - length) {
      ObjectKeys.checkRange(key, offset, length, size(key));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    if (length > 0) {
      bucket.read(key, offset, bytes);
    }
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public List<ObjectInfo> list(String prefix) {
    bucket.requests().checkOpen();
    return ObjectKeys.isPrefix(prefix) ? bucket.list(prefix) : List.of();
  }

  @Override
  public boolean delete(String key) {
    check(key);
    return bucket.delete(key);
  }

  @Override
  public boolean exists(String key) {
    check(key);
    return bucket.find(key).isPresent();
  }

  @Override
  public Optional<Path> localPath(String key) {
    check(key);
    return Optional.empty();
  }

  @Override
  public void close() {
    bucket.requests().close();
  }

  private void check(String key) {
    bucket.requests().checkOpen();
    ObjectKeys.check(key);
  }
}
