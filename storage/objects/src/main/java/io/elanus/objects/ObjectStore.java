package io.elanus.objects;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Immutable objects under keys. A key is 1–16 names separated by {@code /}; a name has 1–200 of
 * letters, digits and {@code _ - . =}, and does not begin with a dot. Anything else, and any key
 * whose folder or file turns out to be a link, is INVALID_PARAMETER. Nobody keeps both {@code a}
 * and {@code a/b}: a store with folders refuses the later commit with INVALID_PARAMETER, one
 * without folders, which would have to list before each commit, need not notice.
 *
 * <p>A missing object and a range beyond its end are DATA_INTEGRITY with the key; a full disk is
 * DISK_LIMIT; a remote store that does not answer in time is UNAVAILABLE, and then what was asked
 * may or may not have been done; other failures are IO_FAILED.
 */
public interface ObjectStore extends AutoCloseable {
  /** Begins an object; nothing is visible before {@link ObjectWriter#commit}. */
  ObjectWriter create(String key);

  /** Bytes of an object. */
  long size(String key);

  /** Exactly {@code length} bytes from {@code offset}; a fresh little-endian buffer. */
  ByteBuffer read(String key, long offset, int length);

  /** All bytes of a small object; a fresh little-endian buffer. */
  default ByteBuffer readAll(String key) {
    return read(key, 0, Math.toIntExact(size(key)));
  }

  /** Objects whose key begins with {@code prefix} (any text, also half a name), sorted by key. */
  List<ObjectInfo> list(String prefix);

  /** Copies an object into a file that does not exist yet; on an exception a part may be there. */
  default void copyTo(String key, Path target) {
    copyTo(key, target, bytes -> {});
  }

  /**
   * The same.
   *
   * @param size is told the bytes of the object before the file is begun; what it throws ends the
   *     copy
   */
  default void copyTo(String key, Path target, LongConsumer size) {
    ObjectCopy.inSteps(this, key, target, size);
  }

  /** Removes an object; false when it did not exist. */
  boolean delete(String key);

  boolean exists(String key);

  /**
   * Where an existing object can be mapped in place, when the store is local files. Other stores
   * answer empty, and need not look whether the object exists.
   */
  Optional<Path> localPath(String key);

  /** Idempotent; later calls fail with UNAVAILABLE. */
  @Override
  void close();
}
