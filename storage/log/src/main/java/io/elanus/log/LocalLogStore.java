package io.elanus.log;

import io.elanus.disk.Disk;
import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Logs on local files: one folder for each channel below a root that this process owns (see {@link
 * io.elanus.disk.FolderLock}). A channel is deleted by renaming its folder to {@code
 * .deleted-NAME}, which the next start removes if this one does not come to it.
 */
public final class LocalLogStore implements LogStore {
  private static final String DELETED = ".deleted-";

  private final Disk disk;
  private final Path root;
  private final LogOptions options;
  private final Executor background;
  private final TreeMap<String, LocalLog> logs = new TreeMap<>();
  private boolean closed;

  private LocalLogStore(Disk disk, Path root, LogOptions options, Executor background) {
    this.disk = disk;
    this.root = root;
    this.options = options;
    this.background = background;
  }

  /**
   * Opens the store; logs are opened and recovered one by one, on {@link #open(String)}.
   *
   * @param root created when it does not exist
   * @param background prepares files; may refuse tasks, at the cost of speed
   */
  public static LocalLogStore open(Disk disk, Path root, LogOptions options, Executor background) {
    disk.createFolders(root);
    var store = new LocalLogStore(disk, root, options, background);
    disk.list(root).stream().filter(LocalLogStore::isDeleted).forEach(store::removeFolder);
    return store;
  }

  @Override
  public synchronized Log open(String channel) {
    checkOpen();
    LogLimits.checkChannel(channel);
    LocalLog log = logs.get(channel);
    if (log == null) {
      Path folder = root.resolve(channel);
      disk.createFolders(folder);
      log = LocalLog.open(channel, disk, folder, options, background);
      if (log.endPosition() == 0) {
        disk.syncFolder(root);
      }
      logs.put(channel, log);
    }
    return log;
  }

  @Override
  public synchronized void delete(String channel) {
    checkOpen();
    LogLimits.checkChannel(channel);
    LocalLog log = logs.remove(channel);
    if (log != null) {
      log.abandon();
    }
    Path folder = root.resolve(channel);
    if (disk.kind(folder) != Disk.Kind.FOLDER) {
      return;
    }
    Path deleted = root.resolve(DELETED + channel);
    if (disk.kind(deleted) == Disk.Kind.FOLDER) {
      removeFolder(deleted);
    }
    disk.rename(folder, deleted);
    disk.syncFolder(root);
    removeFolder(deleted);
  }

  @Override
  public synchronized List<String> channels() {
    checkOpen();
    return disk.list(root).stream()
        .filter(path -> disk.kind(path) == Disk.Kind.FOLDER)
        .map(path -> path.getFileName().toString())
        .filter(name -> !name.startsWith("."))
        .toList();
  }

  @Override
  public synchronized void close() {
    closed = true;
    logs.values().forEach(LocalLog::close);
    logs.clear();
  }

  private static boolean isDeleted(Path path) {
    return path.getFileName().toString().startsWith(DELETED);
  }

  /** Removes a folder of files; a failure leaves remains that do no harm. */
  private void removeFolder(Path folder) {
    try {
      disk.list(folder).forEach(disk::delete);
      disk.delete(folder);
    } catch (ElanusException failure) {
      System.getLogger(LocalLogStore.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "could not remove a deleted log: {0}",
              failure.getMessage());
    }
  }

  private void checkOpen() {
    if (closed) {
      throw LogLimits.closed();
    }
  }
}
