package io.elanus.node.data;

import io.elanus.disk.Failpoints;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.FilePlace;
import io.elanus.segment.FileSink;
import io.elanus.segment.FileSource;
import io.elanus.segment.SegmentManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A segment's files as objects, where {@link io.elanus.roles.ObjectLayout} says; the manifest is
 * written last, so that a segment without one does not exist.
 */
public final class SegmentObjects {
  private final ObjectStore objects;
  private final Path cache;
  private final CachedObjects copies;

  /**
   * @param cache folder for files of a store that cannot be mapped in place; created when needed
   */
  public SegmentObjects(ObjectStore objects, Path cache) {
    this(objects, cache, Long.MAX_VALUE);
  }

  /**
   * @param cache this process's own folder for files of a store that cannot be mapped in place, and
   *     for files in the making; created when needed
   * @param cacheBytes of copies; what was longest not read goes when more is needed
   */
  public SegmentObjects(ObjectStore objects, Path cache, long cacheBytes) {
    this.objects = objects;
    this.cache = cache;
    copies = new CachedObjects(objects, cache, cacheBytes);
  }

  /** The folder of the manifest with this key. */
  public static String folderOf(String manifestKey) {
    return manifestKey.substring(0, manifestKey.lastIndexOf('/') + 1);
  }

  /** Where new files of the folder go; a file that is there already is left as it is. */
  public FileSink sink(String folder) {
    return name -> new ObjectFile(objects.create(folder + name));
  }

  /** Files of the folder as local paths, for a short time: copies may be deleted meanwhile. */
  public FileSource source(String folder) {
    return name -> path(folder + name);
  }

  /** Files of the folder, of which copies come and go as they are read. */
  public FileSource parts(String folder) {
    return new FileSource() {
      @Override
      public Path path(String name) {
        return SegmentObjects.this.path(folder + name);
      }

      @Override
      public FilePlace place(String name, long bytes) {
        return SegmentObjects.this.place(folder + name, bytes);
      }
    };
  }

  /**
   * Where the object is: in place, or to be copied into the cache.
   *
   * @param bytes of the object
   */
  public FilePlace place(String key, long bytes) {
    return objects
        .localPath(key)
        .<FilePlace>map(FilePlace.Here::new)
        .orElseGet(() -> new FilePlace.Elsewhere(key, bytes, copies));
  }

  /** What copies of objects take. */
  public CacheFigures cache() {
    return copies.figures();
  }

  /** The bytes of a whole small object. */
  public byte[] read(String key) {
    ByteBuffer content = objects.readAll(key);
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    return bytes;
  }

  public boolean exists(String key) {
    return objects.exists(key);
  }

  public long size(String key) {
    return objects.size(key);
  }

  /** Writes the manifest into the folder, after the files it names; its key. */
  public String writeManifest(String folder, SegmentManifest manifest) {
    String key = folder + "manifest";
    Failpoints.hit("manifest.write.before");
    try (ObjectWriter writer = objects.create(key)) {
      writer.write(ByteBuffer.wrap(manifest.encode()));
      writer.commit();
    }
    Failpoints.hit("manifest.write.after");
    return key;
  }

  public SegmentManifest manifest(String key) {
    return SegmentManifest.decode(key, read(key));
  }

  /**
   * Stores a local file as an object, and deletes the file.
   *
   * @return false when the key exists, with what another one wrote
   */
  public boolean store(Path file, String key) {
    try (ObjectWriter writer = objects.create(key);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
      while (channel.read(buffer) >= 0) {
        writer.write(buffer.flip());
        buffer.clear();
      }
      boolean stored = writer.commit();
      Files.delete(file);
      return stored;
    } catch (IOException failed) {
      throw failed("cannot store a file as an object", file, failed);
    }
  }

  /** A file that does not exist yet, for what is made locally before it is stored. */
  public Path scratch(String name) {
    try {
      Files.createDirectories(cache);
      Path file = Files.createTempFile(cache, name, ".tmp");
      Files.delete(file);
      return file;
    } catch (IOException failed) {
      throw failed("cannot create a scratch file", cache, failed);
    }
  }

  /** Removes a scratch file, if it is still there. */
  public void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failed) {
      throw failed("cannot delete a scratch file", file, failed);
    }
  }

  /** Where the object can be mapped: in place, or a copy in the cache. */
  public Path path(String key) {
    return objects.localPath(key).orElseGet(() -> copies.path(key));
  }

  /** Removes a cached copy; objects in place are left alone. */
  public void forget(String key) {
    if (objects.localPath(key).isEmpty()) {
      copies.forget(key);
    }
  }

  private static ElanusException failed(String sentence, Path path, IOException cause) {
    return new ElanusException(ErrorCode.IO_FAILED, sentence, cause).with("file", path);
  }

  /** One object being written as a stream. */
  private static final class ObjectFile implements FileSink.OutputFile {
    private final ObjectWriter writer;
    private final OutputStream stream;

    ObjectFile(ObjectWriter writer) {
      this.writer = writer;
      this.stream = new ObjectStream(writer);
    }

    @Override
    public OutputStream stream() {
      return stream;
    }

    @Override
    public void commit() {
      writer.commit();
    }

    @Override
    public void close() {
      writer.close();
    }
  }

  private static final class ObjectStream extends OutputStream {
    private final ObjectWriter writer;

    ObjectStream(ObjectWriter writer) {
      this.writer = writer;
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      writer.write(ByteBuffer.wrap(bytes, offset, length));
    }
  }
}
