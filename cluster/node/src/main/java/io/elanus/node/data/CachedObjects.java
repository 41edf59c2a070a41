package io.elanus.node.data;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.objects.ObjectStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Copies of objects in a folder of this process, under a byte budget. Each object is fetched once,
 * however many ask for it at the same time. What is held stays; of the rest, what was longest not
 * asked for goes first, but not at once: who asked may not have opened it yet. A file that goes
 * while it is mapped stays readable for whoever mapped it.
 */
final class CachedObjects {
  private static final System.Logger LOG = System.getLogger(CachedObjects.class.getName());
  private static final Duration OPENED_WITHIN = Duration.ofSeconds(10);

  private record Copy(long bytes, long askedNanos) {}

  private final ObjectStore objects;
  private final Path folder;
  private final long budgetBytes;
  private final Duration openedWithin;
  private final Map<String, ReentrantLock> fetching = new ConcurrentHashMap<>();

  /** By key, the longest not asked for first; with those that are being fetched. */
  private final Map<String, Copy> copies = new LinkedHashMap<>();

  private final Map<String, Integer> held = new HashMap<>();
  private long bytes;

  CachedObjects(ObjectStore objects, Path folder, long budgetBytes) {
    this(objects, folder, budgetBytes, OPENED_WITHIN);
  }

  /**
   * @param openedWithin how long after it was asked for a copy is left alone
   */
  CachedObjects(ObjectStore objects, Path folder, long budgetBytes, Duration openedWithin) {
    this.openedWithin = openedWithin;
    this.objects = objects;
    this.folder = folder;
    this.budgetBytes = budgetBytes;
  }

  synchronized void hold(String prefix) {
    held.merge(prefix, 1, Integer::sum);
  }

  synchronized void letGo(String prefix) {
    held.computeIfPresent(prefix, (any, times) -> times == 1 ? null : times - 1);
  }

  /** The copy of an object, fetched if it is not there. */
  Path path(String key) {
    Path target = folder.resolve(key);
    ReentrantLock lock = fetching.computeIfAbsent(key, absent -> new ReentrantLock());
    lock.lock();
    try {
      if (!touch(key) || !Files.exists(target)) {
        fetch(key, target);
      }
      return target;
    } finally {
      if (!lock.hasQueuedThreads()) {
        fetching.remove(key, lock);
      }
      lock.unlock();
    }
  }

  /** Whether there is a copy, which was asked for now. */
  private synchronized boolean touch(String key) {
    Copy copy = copies.remove(key);
    if (copy == null) {
      return false;
    }
    copies.put(key, new Copy(copy.bytes(), System.nanoTime()));
    return true;
  }

  private void fetch(String key, Path target) {
    Path parent = target.getParent();
    if (parent == null) {
      throw new IllegalStateException("a key is never a root");
    }
    try {
      Files.createDirectories(parent);
      Path fetched = Files.createTempFile(parent, "fetch", ".tmp");
      Files.delete(fetched);
      try {
        objects.copyTo(key, fetched, size -> reserve(key, size));
        Files.move(fetched, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fetched); // what a failed copy left
      }
    } catch (IOException failed) {
      drop(key);
      throw new ElanusException(ErrorCode.IO_FAILED, "cannot cache an object", failed)
          .with("file", target);
    } catch (RuntimeException | Error failed) {
      drop(key);
      throw failed;
    }
  }

  /** Makes room for a copy and counts it. */
  private synchronized void reserve(String key, long size) {
    drop(key);
    for (String unused : unused(bytes - budgetBytes + size)) {
      drop(unused);
      delete(unused);
    }
    if (bytes > budgetBytes - size) {
      throw new ElanusException(ErrorCode.DISK_LIMIT, "the cache of objects is full")
          .with("object", key)
          .with("bytes", size)
          .with("cached", bytes)
          .with("limit", budgetBytes);
    }
    copies.put(key, new Copy(size, System.nanoTime()));
    bytes += size;
  }

  /** Keys whose copies together free so many bytes, or all that may go. */
  private List<String> unused(long wanted) {
    List<String> unused = new ArrayList<>();
    long now = System.nanoTime();
    Iterator<Map.Entry<String, Copy>> oldest = copies.entrySet().iterator();
    for (long freed = 0; freed < wanted && oldest.hasNext(); ) {
      Map.Entry<String, Copy> copy = oldest.next();
      boolean recent = now - copy.getValue().askedNanos() < openedWithin.toNanos();
      if (!recent && !isHeld(copy.getKey())) {
        unused.add(copy.getKey());
        freed += copy.getValue().bytes();
      }
    }
    return unused;
  }

  private boolean isHeld(String key) {
    for (int end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      if (held.containsKey(key.substring(0, end + 1))) {
        return true;
      }
    }
    return false;
  }

  /** Forgets a copy, so that it is fetched anew. */
  void forget(String key) {
    drop(key);
    delete(key);
  }

  private synchronized void drop(String key) {
    Copy copy = copies.remove(key);
    if (copy != null) {
      bytes -= copy.bytes();
    }
  }

  private void delete(String key) {
    try {
      Files.deleteIfExists(folder.resolve(key));
    } catch (IOException failed) {
      LOG.log(DEBUG, "a copy of an object cannot be deleted", failed);
    }
  }
}
