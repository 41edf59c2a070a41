package io.elanus.log;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Fills the next file of a log with zeros and forces it, off the write path, so that later forces
 * have no change of size to commit. At most one file is prepared ahead. A failure costs only speed:
 * the log then grows by appending, and asks again later.
 */
final class FilePreparer implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(FilePreparer.class.getName());
  private static final int CHUNK_BYTES = 1 << 20;

  /** Forced in pieces, so that a force of the log never waits for a whole file of zeros. */
  private static final int FORCED_BYTES = 4 << 20;

  private final LogFolder folder;
  private final Executor background;
  private volatile long readyBytes;
  private volatile boolean requested;
  private volatile boolean closed;

  FilePreparer(LogFolder folder, Executor background) {
    this.folder = folder;
    this.background = background;
    if (folder.disk().kind(folder.ready()) == Disk.Kind.FILE) {
      readyBytes = folder.disk().sizeBytes(folder.ready());
    }
  }

  /** Size of the file that is ready, 0 when none is. */
  long readyBytes() {
    return readyBytes;
  }

  /** The ready file was taken. */
  void taken() {
    readyBytes = 0;
  }

  /** Asks for a file unless one is ready or on its way. */
  void request(long sizeBytes) {
    if (readyBytes > 0 || requested || closed) {
      return;
    }
    requested = true;
    try {
      background.execute(() -> prepare(sizeBytes));
    } catch (RejectedExecutionException shuttingDown) {
      requested = false;
    }
  }

  private synchronized void prepare(long sizeBytes) {
    try {
      if (!closed && fill(sizeBytes)) {
        folder.makeReady();
        readyBytes = sizeBytes;
      }
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING, "could not prepare a log file: {0}", failure.getMessage());
      discard();
    } finally {
      requested = false;
    }
  }

  private boolean fill(long sizeBytes) {
    discard();
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, sizeBytes));
    try (DiskFile file = folder.disk().open(folder.preparing(), Disk.Mode.CREATE)) {
      for (long offset = 0; offset < sizeBytes && !closed; offset += zeros.limit()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), sizeBytes - offset));
        file.write(zeros, offset);
        if ((offset + zeros.limit()) % FORCED_BYTES == 0) {
          file.force(false);
        }
      }
      file.force(true);
    }
    return !closed;
  }

  private void discard() {
    try {
      folder.disk().delete(folder.preparing());
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "could not remove a temporary log file: {0}",
          failure.getMessage());
    }
  }

  /** Stops a preparation and waits until it has stopped. */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      closed = true;
    }
  }
}
