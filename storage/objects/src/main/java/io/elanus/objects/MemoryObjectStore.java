package io.elanus.objects;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Objects in memory, for tests and databases that shall not outlive their process. */
public final class MemoryObjectStore implements ObjectStore {
  private record Stored(byte[] bytes, long modifiedMillis) {}

  private final TreeMap<String, Stored> objects = new TreeMap<>();
  private boolean closed;

  @Override
  public synchronized ObjectWriter create(String key) {
    checkOpen();
    ObjectKeys.check(key);
    return new Writer(key);
  }

  @Override
  public long size(String key) {
    return stored(key).bytes().length;
  }

  @Override
  public ByteBuffer read(String key, long offset, int length) {
    byte[] bytes = stored(key).bytes();
    ObjectKeys.checkRange(key, offset, length, bytes.length);
    ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    return copy.put(0, bytes, (int) offset, length);
  }

  @Override
  public synchronized List<ObjectInfo> list(String prefix) {
    checkOpen();
    return objects.tailMap(prefix).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .map(entry ->
            new ObjectInfo(
                entry.getKey(), entry.getValue().bytes().length, entry.getValue().modifiedMillis()))
        .toList();
  }

  @Override
  public synchronized boolean delete(String key) {
    checkOpen();
    ObjectKeys.check(key);
    return objects.remove(key) != null;
  }

  @Override
  public synchronized boolean exists(String key) {
    checkOpen();
    ObjectKeys.check(key);
    return objects.containsKey(key);
  }

  @Override
  public Optional<Path> localPath(String key) {
    stored(key);
    return Optional.empty();
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  private synchronized Stored stored(String key) {
    checkOpen();
    ObjectKeys.check(key);
    Stored stored = objects.get(key);
    if (stored == null) {
      throw ObjectKeys.missing(key);
    }
    return stored;
  }

  private synchronized boolean publish(String key, byte[] bytes) {
    checkOpen();
    String below = objects.ceilingKey(key + "/");
    boolean nested = below != null && below.startsWith(key + "/");
    for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      nested |= objects.containsKey(key.substring(0, slash));
    }
    if (nested) {
      throw ObjectKeys.nested(key);
    }
    var stored = new Stored(bytes, System.currentTimeMillis());
    return objects.putIfAbsent(key, stored) == null;
  }

  private void checkOpen() {
    if (closed) {
      throw ObjectKeys.closed();
    }
  }

  private final class Writer implements ObjectWriter {
    private final String key;
    private @Nullable ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Writer(String key) {
      this.key = key;
    }

    @Override
    public void write(ByteBuffer part) {
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      open().writeBytes(copy);
    }

    @Override
    public long sizeBytes() {
      return open().size();
    }

    @Override
    public boolean commit() {
      byte[] whole = open().toByteArray();
      close();
      return publish(key, whole);
    }

    @Override
    public void close() {
      bytes = null;
    }

    private ByteArrayOutputStream open() {
      if (bytes == null) {
        throw ObjectKeys.closed();
      }
      return bytes;
    }
  }
}
