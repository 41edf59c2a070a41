package io.elanus.objects;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.disk.Failpoints;
import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Objects as files below a root that this process owns (see {@link io.elanus.disk.FolderLock}): the
 * key is the path. An object is written in {@code .temporary}, forced, renamed to its place, and
 * the folder is forced. What does not look like a key is not ours and is not seen.
 */
public final class LocalObjectStore implements ObjectStore {
  private static final System.Logger LOGGER = System.getLogger(LocalObjectStore.class.getName());
  private static final String TEMPORARY = ".temporary";

  private final Disk disk;
  private final Path root;
  private final Path temporary;
  private final AtomicLong writers = new AtomicLong();

  /** Guards the names: commit and delete. */
  private final Object names = new Object();

  /** Folders whose own names this process has forced; guarded by {@link #names}. */
  private final Set<Path> durableFolders = new HashSet<>();

  private volatile boolean closed;

  private LocalObjectStore(Disk disk, Path root) {
    this.disk = disk;
    this.root = root;
    this.temporary = root.resolve(TEMPORARY);
  }

  /** Opens the store, creates the root when it does not exist and removes unfinished objects. */
  public static LocalObjectStore open(Disk disk, Path root) {
    disk.createFolders(root);
    var store = new LocalObjectStore(disk, root);
    store.prepareTemporary();
    return store;
  }

  private void prepareTemporary() {
    if (disk.kind(temporary) == Disk.Kind.FOREIGN || disk.kind(temporary) == Disk.Kind.FILE) {
      disk.delete(temporary);
    }
    disk.createFolders(temporary);
    disk.list(temporary).forEach(this::removeQuietly);
  }

  /** Removes a leftover; one that cannot be removed does no harm. */
  void removeQuietly(Path path) {
    try {
      disk.delete(path);
    } catch (ElanusException failure) {
      LOGGER.log(System.Logger.Level.WARNING, "could not remove a file: {0}", failure.getMessage());
    }
  }

  @Override
  public ObjectWriter create(String key) {
    checkOpen();
    Path target = pathOf(key);
    Path path = unusedTemporary();
    return new LocalObjectWriter(this, key, target, disk.open(path, Disk.Mode.CREATE));
  }

  private Path unusedTemporary() {
    Path path;
    do {
      path = temporary.resolve(Long.toString(writers.incrementAndGet()));
    } while (disk.kind(path) != Disk.Kind.MISSING);
    return path;
  }

  /** Gives a forced file its name; false when that is taken. */
  boolean publish(String key, Path file, Path target) {
    synchronized (names) {
      checkOpen();
      Path folder = folderOf(target);
      checkPlaces(key, target);
      ensureDurable(folder);
      if (disk.kind(target) != Disk.Kind.MISSING) {
        disk.syncFolder(folder);
        return false;
      }
      Failpoints.hit("objects.commit.beforeRename");
      disk.rename(file, target);
      Failpoints.hit("objects.commit.beforeFolderSync");
      try {
        disk.syncFolder(folder);
      } catch (ElanusException failure) {
        removeQuietly(target);
        throw failure;
      }
      Failpoints.hit("objects.commit.afterFolderSync");
      return true;
    }
  }

  /** Creates the folders down to this one; also one that exists may not be durable yet. */
  private void ensureDurable(Path folder) {
    if (folder.equals(root) || durableFolders.contains(folder)) {
      return;
    }
    Path parent = folderOf(folder);
    ensureDurable(parent);
    if (disk.kind(folder) == Disk.Kind.MISSING) {
      disk.createFolder(folder);
    }
    disk.syncFolder(parent);
    durableFolders.add(folder);
  }

  /** Every name above the target is a folder or nothing; the target is a file or nothing. */
  private void checkPlaces(String key, Path target) {
    for (Path place = target; !place.equals(root); place = folderOf(place)) {
      Disk.Kind kind = disk.kind(place);
      Disk.Kind wanted = place.equals(target) ? Disk.Kind.FILE : Disk.Kind.FOLDER;
      if (kind == Disk.Kind.FOREIGN) {
        throw ElanusException.invalid("an object's path leads through a link").with("key", key);
      }
      if (kind != Disk.Kind.MISSING && kind != wanted) {
        throw ObjectKeys.nested(key);
      }
    }
  }

  @Override
  public long size(String key) {
    return disk.sizeBytes(existing(key));
  }

  @Override
  public ByteBuffer read(String key, long offset, int length) {
    try (DiskFile file = disk.open(existing(key), Disk.Mode.READ)) {
      ObjectKeys.checkRange(key, offset, length, file.sizeBytes());
      ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      ObjectKeys.checkRange(key, offset, length, offset + file.read(bytes, offset));
      return bytes.flip();
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix) {
    checkOpen();
    var found = new ArrayList<ObjectInfo>();
    int slash = prefix.lastIndexOf('/');
    collect(slash < 0 ? "" : prefix.substring(0, slash), prefix, found);
    found.sort(Comparator.comparing(ObjectInfo::key));
    return List.copyOf(found);
  }

  /** Collects what is below the folder of a key, if every name on the way is ours. */
  private void collect(String folderKey, String prefix, List<ObjectInfo> found) {
    Path folder = root;
    if (!folderKey.isEmpty()) {
      for (String name : folderKey.split("/", -1)) {
        folder = ObjectKeys.isName(name) ? folder.resolve(name) : temporary.resolve("none");
        if (disk.kind(folder) != Disk.Kind.FOLDER) {
          return;
        }
      }
    }
    collect(folder, folderKey.isEmpty() ? "" : folderKey + "/", prefix, found);
  }

  private void collect(Path folder, String keyBegin, String prefix, List<ObjectInfo> found) {
    for (Path path : entries(folder)) {
      String name = path.getFileName().toString();
      String key = keyBegin + name;
      boolean onTheWay = key.startsWith(prefix) || prefix.startsWith(key + "/");
      if (!onTheWay || !ObjectKeys.isName(name)) {
        continue;
      }
      switch (disk.kind(path)) {
        case FOLDER -> collect(path, key + "/", prefix, found);
        case FILE -> describe(path, key).ifPresent(found::add);
        case MISSING, FOREIGN -> {}
      }
    }
  }

  /** What is in a folder; nothing when it was removed meanwhile. */
  private List<Path> entries(Path folder) {
    try {
      return disk.list(folder);
    } catch (ElanusException failure) {
      if (disk.kind(folder) == Disk.Kind.MISSING) {
        return List.of();
      }
      throw failure;
    }
  }

  private Optional<ObjectInfo> describe(Path path, String key) {
    try {
      return Optional.of(new ObjectInfo(key, disk.sizeBytes(path), disk.modifiedMillis(path)));
    } catch (ElanusException failure) {
      if (disk.kind(path) == Disk.Kind.MISSING) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  @Override
  public boolean delete(String key) {
    synchronized (names) {
      if (!exists(key)) {
        return false;
      }
      Failpoints.hit("objects.delete.before");
      Path path = pathOf(key);
      boolean deleted = disk.delete(path);
      removeEmptyFolders(folderOf(path));
      return deleted;
    }
  }

  private void removeEmptyFolders(Path from) {
    for (Path folder = from; !folder.equals(root); folder = folderOf(folder)) {
      if (!disk.list(folder).isEmpty()) {
        return;
      }
      durableFolders.remove(folder);
      disk.delete(folder);
    }
  }

  @Override
  public boolean exists(String key) {
    checkOpen();
    Path path = pathOf(key);
    for (Path place = folderOf(path); !place.equals(root); place = folderOf(place)) {
      if (disk.kind(place) == Disk.Kind.FOREIGN) {
        checkPlaces(key, path);
      }
    }
    Disk.Kind kind = disk.kind(path);
    if (kind == Disk.Kind.FOREIGN) {
      checkPlaces(key, path);
    }
    return kind == Disk.Kind.FILE;
  }

  @Override
  public Optional<Path> localPath(String key) {
    return disk.localPath(existing(key));
  }

  @Override
  public void close() {
    closed = true;
  }

  private Path existing(String key) {
    if (!exists(key)) {
      throw ObjectKeys.missing(key);
    }
    return pathOf(key);
  }

  private Path pathOf(String key) {
    ObjectKeys.check(key);
    return root.resolve(key);
  }

  private static Path folderOf(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new AssertionError("a key's path left the root");
    }
    return parent;
  }

  private void checkOpen() {
    if (closed) {
      throw ObjectKeys.closed();
    }
  }
}
