package io.elanus.disk;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.elanus.schema.ElanusException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The operating system's files. */
public final class LocalDisk implements Disk {
  @Override
  public DiskFile open(Path path, Mode mode) {
    Set<OpenOption> again = new HashSet<>(Set.of(READ, LinkOption.NOFOLLOW_LINKS));
    if (mode != Mode.READ) {
      again.add(WRITE);
    }
    Set<OpenOption> first = new HashSet<>(again);
    if (mode == Mode.CREATE) {
      first.add(CREATE_NEW);
    }
    return new LocalDiskFile(path, call("open", path, () -> FileChannel.open(path, first)), again);
  }

  @Override
  public Kind kind(Path path) {
    return call(
        "examine",
        path,
        () -> {
          BasicFileAttributes attributes;
          try {
            attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          } catch (NoSuchFileException missing) {
            return Kind.MISSING;
          }
          if (attributes.isRegularFile()) {
            return Kind.FILE;
          }
          return attributes.isDirectory() ? Kind.FOLDER : Kind.FOREIGN;
        });
  }

  @Override
  public long sizeBytes(Path path) {
    return call("examine", path, () -> Files.size(path));
  }

  @Override
  public long modifiedMillis(Path path) {
    return call("examine", path, () -> Files.getLastModifiedTime(path).toMillis());
  }

  @Override
  public List<Path> list(Path folder) {
    return call(
        "list",
        folder,
        () -> {
          try (var entries = Files.list(folder)) {
            return entries.sorted().toList();
          }
        });
  }

  @Override
  public void createFolder(Path folder) {
    call("create folder", folder, () -> Files.createDirectory(folder));
  }

  @Override
  public void rename(Path from, Path to) {
    call("rename", from, () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
  }

  @Override
  public boolean delete(Path path) {
    return call("delete", path, () -> Files.deleteIfExists(path));
  }

  @Override
  public void syncFolder(Path folder) {
    call(
        "force folder",
        folder,
        () -> {
          try (FileChannel channel = FileChannel.open(folder, READ)) {
            channel.force(true);
            return folder;
          }
        });
  }

  @Override
  public Optional<Path> localPath(Path path) {
    return Optional.of(path);
  }

  private interface Operation<T> {
    T run() throws IOException;
  }

  /** Runs uninterrupted: an interrupt would close the channel under the operation. */
  private static <T> T call(String name, Path path, Operation<T> operation) {
    boolean interrupted = Thread.interrupted();
    try {
      return operation.run();
    } catch (IOException failure) {
      throw failure(name, path, failure);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ElanusException failure(String name, Path path, IOException failure) {
    return name.startsWith("force")
        ? DiskErrors.failed(name, path, failure)
        : DiskErrors.of(failure, name, path);
  }
}
