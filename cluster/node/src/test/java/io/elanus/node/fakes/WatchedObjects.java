package io.elanus.node.fakes;

import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/** Objects of another store, with what is fetched counted, and held up or failed when asked for. */
public final class WatchedObjects implements ObjectStore {
  private final ObjectStore objects;
  private final Map<String, Integer> copies = new ConcurrentHashMap<>();
  private volatile boolean failing;
  private volatile Runnable beforeCopy = () -> {};

  public WatchedObjects(ObjectStore objects) {
    this.objects = objects;
  }

  /** How often an object was copied. */
  public int copies(String key) {
    return copies.getOrDefault(key, 0);
  }

  public int copies() {
    return copies.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Whether copies fail from now on, as when the store does not answer. */
  public void fail(boolean fails) {
    failing = fails;
  }

  /** Runs before each copy from now on. */
  public void beforeCopy(Runnable what) {
    beforeCopy = what;
  }

  @Override
  public void copyTo(String key, Path target, LongConsumer size) {
    beforeCopy.run();
    if (failing) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the store does not answer");
    }
    copies.merge(key, 1, Integer::sum);
    objects.copyTo(key, target, size);
  }

  @Override
  public ObjectWriter create(String key) {
    return objects.create(key);
  }

  @Override
  public long size(String key) {
    return objects.size(key);
  }

  @Override
  public ByteBuffer read(String key, long offset, int length) {
    return objects.read(key, offset, length);
  }

  @Override
  public List<ObjectInfo> list(String prefix) {
    return objects.list(prefix);
  }

  @Override
  public boolean delete(String key) {
    return objects.delete(key);
  }

  @Override
  public boolean exists(String key) {
    return objects.exists(key);
  }

  @Override
  public Optional<Path> localPath(String key) {
    return objects.localPath(key);
  }

  @Override
  public void close() {
    objects.close();
  }
}
