package io.elanus.disk;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that loses and damages what a real one may. It keeps for every file what was
 * written and what is durable, and for every folder the names there are and the names that would
 * survive. As on Linux, a failed force leaves the bytes readable but never makes them durable by a
 * later force. Slower and larger than memory need be; made for tests and simulation.
 */
public final class SimulatedDisk implements Disk {
  private final SimulatedFolder root = new SimulatedFolder();
  private long capacityBytes = Long.MAX_VALUE;
  private int writesUntilFailure = -1;
  private int forcesUntilFailure = -1;
  private long bytesWritten;
  private int forces;
  private int powerCycles;

  // ---- what a test does to it

  /** The n-th write from now fails after half of its bytes; 1 is the next one. */
  public synchronized void failWrite(int nth) {
    writesUntilFailure = nth;
  }

  /** The n-th force of a file or folder from now fails; 1 is the next one. */
  public synchronized void failForce(int nth) {
    forcesUntilFailure = nth;
  }

  /** Space for file contents; writes that do not fit end with DISK_LIMIT. */
  public synchronized void limitCapacity(long bytes) {
    capacityBytes = bytes;
  }

  public synchronized long usedBytes() {
    return root.usedBytes();
  }

  /** Bytes written since the beginning, to see that an idle store writes nothing. */
  public synchronized long bytesWritten() {
    return bytesWritten;
  }

  /** Forces since the beginning, of files and folders. */
  public synchronized int forces() {
    return forces;
  }

  /**
   * Power is lost and comes back: of the bytes and names that were not forced each unit survives or
   * not, as chance decides. Files that were open fail from now on.
   *
   * @param unitBytes what the medium writes at once: 512 or 4,096
   */
  public synchronized void losePower(Random random, int unitBytes) {
    powerCycles++;
    root.losePower(random, unitBytes);
  }

  /** Turns over one bit of a file, on the medium too. */
  public synchronized void flipBit(Path path, long byteOffset, int bit) {
    file(path, "flip").flipBit(byteOffset, bit);
  }

  /** The bytes of a file. */
  public synchronized byte[] contents(Path path) {
    return file(path, "read").contents();
  }

  /** Puts bytes in place of a file, durably: an older copy, a stray file, a truncated one. */
  public synchronized void replaceContents(Path path, byte[] contents) {
    var file = new SimulatedInode();
    file.replace(contents);
    SimulatedFolder folder = folderOf(path, "replace");
    folder.names().put(nameOf(path), file);
    folder.force();
  }

  // ---- Disk

  @Override
  public synchronized DiskFile open(Path path, Mode mode) {
    if (mode == Mode.CREATE) {
      addName("open", path, new SimulatedInode());
    }
    return new SimulatedFile(this, path, file(path, "open"), powerCycles);
  }

  @Override
  public synchronized Kind kind(Path path) {
    return switch (find(path)) {
      case null -> Kind.MISSING;
      case SimulatedFolder folder -> Kind.FOLDER;
      case SimulatedInode file -> Kind.FILE;
    };
  }

  @Override
  public synchronized long sizeBytes(Path path) {
    return file(path, "examine").sizeBytes();
  }

  @Override
  public synchronized long modifiedMillis(Path path) {
    return file(path, "examine").modifiedMillis();
  }

  @Override
  public synchronized List<Path> list(Path folder) {
    return folder(folder, "list").names().keySet().stream().map(folder::resolve).toList();
  }

  @Override
  public synchronized void createFolder(Path folder) {
    addName("create folder", folder, new SimulatedFolder());
  }

  @Override
  public synchronized void rename(Path from, Path to) {
    SimulatedNode node = find(from);
    if (node == null) {
      throw failed("rename", from, "no such file");
    }
    folderOf(to, "rename").names().put(nameOf(to), node);
    folderOf(from, "rename").names().remove(nameOf(from));
  }

  @Override
  public synchronized boolean delete(Path path) {
    if (find(path) instanceof SimulatedFolder folder && !folder.names().isEmpty()) {
      throw failed("delete", path, "folder not empty");
    }
    return find(path) != null && folderOf(path, "delete").names().remove(nameOf(path)) != null;
  }

  @Override
  public synchronized void syncFolder(Path folder) {
    beforeForce("force folder", folder);
    folder(folder, "force folder").force();
  }

  @Override
  public Optional<Path> localPath(Path path) {
    return Optional.empty();
  }

  // ---- for its files

  /** How many of {@code wanted} bytes a write at {@code position} may put down before it fails. */
  synchronized WritePermit permitWrite(Path path, SimulatedInode inode, long position, int wanted) {
    if (writesUntilFailure > 0 && --writesUntilFailure == 0) {
      return new WritePermit(wanted / 2, failed("write", path, "simulated write error"));
    }
    long room = capacityBytes - usedBytes() + Math.max(0, inode.sizeBytes() - position);
    if (wanted > room) {
      return new WritePermit((int) Math.max(0, room), DiskErrors.full("write", path, null));
    }
    bytesWritten += wanted;
    return new WritePermit(wanted, null);
  }

  record WritePermit(int bytes, @Nullable ElanusException failure) {}

  /** Counts a force and fails it when its turn has come. */
  synchronized void beforeForce(String operation, Path path) {
    forces++;
    if (forcesUntilFailure > 0 && --forcesUntilFailure == 0) {
      throw failed(operation, path, "simulated force error");
    }
  }

  synchronized boolean poweredSince(int cycle) {
    return powerCycles == cycle;
  }

  static ElanusException failed(String operation, Path path, String reason) {
    return DiskErrors.failed(operation, path, new IOException(reason));
  }

  static ElanusException closed(Path path) {
    return new ElanusException(ErrorCode.UNAVAILABLE, "file is closed").with("path", path);
  }

  private @Nullable SimulatedNode find(Path path) {
    SimulatedNode node = root;
    for (Path name : path) {
      node = node instanceof SimulatedFolder folder ? folder.names().get(name.toString()) : null;
    }
    return node;
  }

  private SimulatedInode file(Path path, String operation) {
    if (find(path) instanceof SimulatedInode file) {
      return file;
    }
    throw failed(operation, path, "no such file");
  }

  private SimulatedFolder folder(Path path, String operation) {
    if (find(path) instanceof SimulatedFolder folder) {
      return folder;
    }
    throw failed(operation, path, "no such folder");
  }

  private SimulatedFolder folderOf(Path path, String operation) {
    Path parent = path.getParent();
    return parent == null ? root : folder(parent, operation);
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  private void addName(String operation, Path path, SimulatedNode node) {
    if (folderOf(path, operation).names().putIfAbsent(nameOf(path), node) != null) {
      throw failed(operation, path, "exists");
    }
  }
}
