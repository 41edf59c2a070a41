package io.elanus.disk;

import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files and folders. All failures are {@link io.elanus.schema.ElanusException}s with path and
 * operation: DISK_LIMIT when there is no space, IO_FAILED otherwise. Paths are absolute. Names
 * created, renamed or deleted survive power loss only after {@link #syncFolder}; bytes only after
 * {@link DiskFile#force}.
 */
public interface Disk {
  /** What stands at a path; links are not followed. */
  enum Kind {
    MISSING,
    FILE,
    FOLDER,
    /** A link, device or other thing that is none of ours. */
    FOREIGN
  }

  /** How to open a file. */
  enum Mode {
    READ,
    /** Read and write an existing file. */
    WRITE,
    /** Read and write a file that must not exist yet. */
    CREATE
  }

  DiskFile open(Path path, Mode mode);

  Kind kind(Path path);

  /** Bytes of a file. */
  long sizeBytes(Path path);

  /** Last change of a file, milliseconds since the epoch. */
  long modifiedMillis(Path path);

  /** Entries of a folder, sorted by name. */
  List<Path> list(Path folder);

  /** Creates one folder below an existing one. */
  void createFolder(Path folder);

  /** Atomic; replaces a file at {@code to}. */
  void rename(Path from, Path to);

  /** Removes a file or an empty folder; false when there was none. */
  boolean delete(Path path);

  /** Makes the names in a folder durable. */
  void syncFolder(Path folder);

  /** Where the operating system finds the file, so that it can be mapped. */
  Optional<Path> localPath(Path path);

  /**
   * Writes a whole small file, durably: afterwards, and after a crash meanwhile, there is either
   * what was there before or all of {@code content}. A leftover {@code <name>.new} is replaced.
   */
  default void replace(Path file, ByteBuffer content) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    delete(fresh);
    try (DiskFile writing = open(fresh, Mode.CREATE)) {
      writing.write(content, 0);
      writing.force(true);
    }
    rename(fresh, file);
    Path folder = file.getParent();
    if (folder != null) {
      syncFolder(folder);
    }
  }

  /** Creates the folders that are missing, each durably. */
  default void createFolders(Path folder) {
    if (kind(folder) == Kind.FOLDER) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      createFolders(parent);
    }
    createFolder(folder);
    if (parent != null) {
      try {
        syncFolder(parent);
      } catch (ElanusException failure) {
        delete(folder);
        throw failure;
      }
    }
  }
}
