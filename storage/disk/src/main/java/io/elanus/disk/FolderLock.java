package io.elanus.disk;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right of one process to a data folder: a lock of the operating system on the file {@code
 * LOCK} in it, which ends with the process however that dies. The file holds the owner's process id
 * as decimal text; what a dead owner left there does not matter.
 *
 * <p>POSIX drops a process's locks on a file when it closes <em>any</em> descriptor of it, so the
 * folders locked by this process are remembered and their files never opened twice.
 */
public final class FolderLock implements AutoCloseable {
  private static final String FILE_NAME = "LOCK";
  private static final Set<Path> HELD = new HashSet<>();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes the lock of an existing folder.
   *
   * @throws ElanusException UNAVAILABLE with folder and pid of the owner when it is taken
   */
  public static FolderLock acquire(Path folder) {
    boolean interrupted = Thread.interrupted();
    try {
      synchronized (HELD) {
        Path real = folder.toRealPath();
        if (HELD.contains(real)) {
          throw taken(folder, String.valueOf(ProcessHandle.current().pid()));
        }
        var lock = new FolderLock(real, lock(folder, real.resolve(FILE_NAME)));
        HELD.add(real);
        return lock;
      }
    } catch (IOException failure) {
      throw DiskErrors.of(failure, "lock", folder);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether another process holds a folder; a missing folder and a dead owner's do not count. */
  public static boolean isHeldElsewhere(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    synchronized (HELD) {
      if (!Files.exists(file)) {
        return false;
      }
      try {
        return !HELD.contains(folder.toRealPath()) && isLocked(file);
      } catch (IOException failure) {
        throw DiskErrors.of(failure, "look at the lock of", folder);
      }
    }
  }

  private static boolean isLocked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return tryLock(channel) == null;
    }
  }

  private static FileChannel lock(Path folder, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      if (tryLock(channel) == null) {
        throw taken(folder, Files.readString(file, StandardCharsets.UTF_8).strip());
      }
      writeOwner(channel);
      locked = true;
      return channel;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByAnotherLoader) {
      return null;
    }
  }

  private static void writeOwner(FileChannel channel) throws IOException {
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid), 0);
  }

  private static ElanusException taken(Path folder, String pid) {
    return new ElanusException(ErrorCode.UNAVAILABLE, "data folder is in use by another process")
        .with("folder", folder)
        .with("pid", pid);
  }

  /** Gives the folder back; idempotent. */
  @Override
  public void close() {
    synchronized (HELD) {
      try {
        channel.close();
      } catch (IOException failure) {
        throw DiskErrors.of(failure, "unlock", folder);
      } finally {
        HELD.remove(folder);
      }
    }
  }
}
