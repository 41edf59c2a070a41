package io.elanus.segment;

import io.elanus.files.MappedFiles;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The index files that a sealed segment goes by. A file is checked when it is attached, and again
 * when a read of it fails as one of a file does that was cut short or overwritten since: then it is
 * let go, and the read repeated without it.
 */
final class AttachedIndexes {
  /**
   * What an index serves.
   *
   * @param path keys of a JSON path; empty for the field itself
   */
  record Place(long fieldId, List<String> path) {
    Place {
      path = List.copyOf(path);
    }
  }

  /** An index file with its checks. */
  interface File {
    /**
     * Maps the file into the memory and checks it.
     *
     * @return puts what was opened to use
     * @throws ElanusException IO_FAILED when it cannot be mapped, else it is damaged
     */
    Runnable open(MappedFiles memory);
  }

  private record Attached(File file, Runnable damaged) {}

  private static final System.Logger LOGGER = System.getLogger(AttachedIndexes.class.getName());

  private final long segmentId;
  private final MappedFiles memory;
  private final Consumer<Place> leave;
  private final Map<Place, Attached> attached = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile int changes;

  /**
   * @param leave serves a place without its index from now on
   */
  AttachedIndexes(long segmentId, MappedFiles memory, Consumer<Place> leave) {
    this.segmentId = segmentId;
    this.memory = memory;
    this.leave = leave;
  }

  /**
   * Opens a file and puts it to use.
   *
   * @param damaged runs when the file is let go because it was damaged later
   */
  IndexUse attach(Place place, File file, Runnable damaged) {
    if (!memory.tryRetain()) {
      return IndexUse.UNAVAILABLE;
    }
    try {
      Runnable use = file.open(memory);
      lock.lock();
      try {
        use.run();
        attached.put(place, new Attached(file, damaged));
        changes++;
      } finally {
        lock.unlock();
      }
      return IndexUse.IN_USE;
    } catch (ElanusException | IllegalArgumentException e) {
      boolean unreadable = isUnreadable(e);
      warn(unreadable ? "not readable" : "damaged", place, e);
      return unreadable ? IndexUse.UNAVAILABLE : IndexUse.DAMAGED;
    } finally {
      memory.release();
    }
  }

  /** Serves a field without its indexes from now on. */
  void detach(long fieldId) {
    lock.lock();
    try {
      for (Place place : List.copyOf(attached.keySet())) {
        if (place.fieldId == fieldId) {
          detach(place);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private void detach(Place place) {
    attached.remove(place);
    leave.accept(place);
    changes++;
  }

  /**
   * The answer of a read. One that fails on a mapping is repeated once if a file fails its checks
   * now, or other files are in use than when it began; what fails on intact files goes on.
   */
  <T> T read(Supplier<T> read) {
    int before = changes;
    try {
      return read.get();
    } catch (InternalError | IndexOutOfBoundsException failed) { // bytes are gone, or others
      if (!changedSince(before)) {
        throw failed;
      }
      LOGGER.log(Level.WARNING, "a read is repeated: segment " + segmentId, failed);
      return read.get();
    }
  }

  /** Checks the files, one read at a time, unless they are others than before. */
  private boolean changedSince(int before) {
    Map<Place, Attached> damaged = new HashMap<>();
    lock.lock();
    try {
      if (changes != before) {
        return true;
      }
      attached.forEach((place, index) -> {
        if (isDamaged(place, index.file)) {
          damaged.put(place, index);
        }
      });
      damaged.keySet().forEach(this::detach);
    } finally {
      lock.unlock();
    }
    damaged.values().forEach(index -> index.damaged.run());
    return !damaged.isEmpty();
  }

  /** In a mapping of its own: whoever reads beyond the end of a file is not always told so. */
  private boolean isDamaged(Place place, File file) {
    try (MappedFiles again = new MappedFiles()) {
      file.open(again);
      return false;
    } catch (ElanusException | IllegalArgumentException e) {
      boolean damaged = !isUnreadable(e) || e.getCause() instanceof NoSuchFileException;
      if (damaged) {
        warn("damaged since it was attached", place, e);
      }
      return damaged;
    }
  }

  private static boolean isUnreadable(RuntimeException failed) {
    return failed instanceof ElanusException known && known.code() == ErrorCode.IO_FAILED;
  }

  private void warn(String what, Place place, RuntimeException failed) {
    LOGGER.log(
        Level.WARNING,
        "index bypassed, it is %s: segment %d field %d".formatted(what, segmentId, place.fieldId),
        failed);
  }
}
