package io.elanus.objects;

import io.elanus.disk.DiskFile;
import io.elanus.disk.Failpoints;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Writes one temporary file, in steps of the buffer's size. */
final class LocalObjectWriter implements ObjectWriter {
  private static final int BUFFER_BYTES = 64 << 10;

  private final LocalObjectStore store;
  private final String key;
  private final Path target;
  private final DiskFile file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long writtenBytes;
  private boolean finished;

  LocalObjectWriter(LocalObjectStore store, String key, Path target, DiskFile file) {
    this.store = store;
    this.key = key;
    this.target = target;
    this.file = file;
  }

  @Override
  public void write(ByteBuffer bytes) {
    checkUnfinished();
    if (bytes.remaining() > buffer.remaining()) {
      flush();
    }
    if (bytes.remaining() >= BUFFER_BYTES) {
      int length = bytes.remaining();
      file.write(bytes, writtenBytes);
      writtenBytes += length;
    } else {
      buffer.put(bytes);
    }
  }

  @Override
  public long sizeBytes() {
    return writtenBytes + buffer.position();
  }

  @Override
  public boolean commit() {
    checkUnfinished();
    try {
      flush();
      Failpoints.hit("objects.commit.beforeSync");
      file.force(true);
      return store.publish(key, file.path(), target);
    } finally {
      close();
    }
  }

  /** After a commit the temporary name is gone, or the object was refused. */
  @Override
  public void close() {
    if (!finished) {
      finished = true;
      file.close();
      store.removeQuietly(file.path());
    }
  }

  private void flush() {
    int length = buffer.position();
    if (length > 0) {
      file.write(buffer.flip(), writtenBytes);
      writtenBytes += length;
      buffer.clear();
    }
  }

  private void checkUnfinished() {
    if (finished) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "object writer is closed").with("key", key);
    }
  }
}
