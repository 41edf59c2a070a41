package io.elanus.segment;

import io.elanus.files.MappedFiles;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The index files that a sealed segment goes by. A file is checked when it is attached, and again
 * when a read of it fails as one of a file does that was cut short or overwritten since: then it is
 * let go, and the read repeated without it.
 */
final class AttachedIndexes {
  /** An index file with its checks. */
  interface Source {
    /**
     * Maps the file into the memory and checks it.
     *
     * @return puts what was opened to use
     * @throws ElanusException IO_FAILED when it cannot be mapped, else it is damaged
     */
    Runnable open(MappedFiles memory);
  }

  private record Attached(Source source, Runnable damaged) {}

  private static final System.Logger LOGGER = System.getLogger(AttachedIndexes.class.getName());

  /** How long files that were found intact are taken for it: whoever checks them reads them all. */
  private static final long INTACT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final long segmentId;
  private final MappedFiles memory;
  private final Consumer<IndexedPath> leave;
  private final Map<IndexedPath, Attached> attached = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final LongSupplier nanoClock;
  private volatile int changes;
  private boolean intact;
  private long checkedNanos;

  /**
   * @param leave serves what an index served without it from now on
   * @param nanoClock as {@link System#nanoTime}
   */
  AttachedIndexes(
      long segmentId, MappedFiles memory, Consumer<IndexedPath> leave, LongSupplier nanoClock) {
    this.segmentId = segmentId;
    this.memory = memory;
    this.leave = leave;
    this.nanoClock = nanoClock;
  }

  /**
   * Opens a file in a mapping of its own and puts it to use.
   *
   * @param damaged runs when the file is let go because it was damaged later
   */
  IndexUse attach(IndexedPath path, Source source, Runnable damaged) {
    if (!memory.tryRetain()) {
      return IndexUse.UNAVAILABLE;
    }
    MappedFiles own = new MappedFiles();
    boolean inUse = false;
    try {
      Runnable use = source.open(own);
      lock.lock();
      try {
        use.run();
        attached.put(path, new Attached(source, damaged));
        change();
      } finally {
        lock.unlock();
      }
      inUse = true;
      return IndexUse.IN_USE;
    } catch (ElanusException | IllegalArgumentException e) {
      boolean unreadable = isUnreadable(e);
      warn(unreadable ? "not readable" : "damaged", path, e);
      return unreadable ? IndexUse.UNAVAILABLE : IndexUse.DAMAGED;
    } finally {
      end(own, inUse);
      memory.release();
    }
  }

  /** What is refused is unmapped at once, what is in use with the segment. */
  private void end(MappedFiles mapped, boolean inUse) {
    if (inUse) {
      memory.keep(mapped);
    } else {
      mapped.close();
    }
  }

  /** Serves a field without its indexes from now on. */
  void detach(long fieldId) {
    lock.lock();
    try {
      for (IndexedPath path : List.copyOf(attached.keySet())) {
        if (path.fieldId() == fieldId) {
          detach(path);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private void detach(IndexedPath path) {
    attached.remove(path);
    leave.accept(path);
    change();
  }

  /** Under the lock. */
  private void change() {
    changes = changes + 1;
    intact = false;
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

  /** Checks the files, one read at a time, unless they are others or were checked just now. */
  private boolean changedSince(int before) {
    Map<IndexedPath, Attached> damaged = new HashMap<>();
    lock.lock();
    try {
      if (changes != before) {
        return true;
      }
      if (wasIntact()) {
        return false;
      }
      int unreadable = 0;
      for (Map.Entry<IndexedPath, Attached> each : attached.entrySet()) {
        switch (check(each.getKey(), each.getValue().source)) {
          case IN_USE -> {}
          case DAMAGED -> damaged.put(each.getKey(), each.getValue());
          case UNAVAILABLE -> unreadable++;
        }
      }
      damaged.keySet().forEach(this::detach);
      intact = damaged.isEmpty() && unreadable == 0;
      checkedNanos = nanoClock.getAsLong();
    } finally {
      lock.unlock();
    }
    damaged.values().forEach(index -> index.damaged.run());
    return !damaged.isEmpty();
  }

  /** Whether these files were found intact a moment ago. Under the lock. */
  private boolean wasIntact() {
    return intact && nanoClock.getAsLong() - checkedNanos < INTACT_NANOS;
  }

  /**
   * What became of a file. In a mapping of its own: whoever reads beyond the end of a file is not
   * always told so.
   */
  private IndexUse check(IndexedPath path, Source source) {
    try (MappedFiles again = new MappedFiles()) {
      source.open(again);
      return IndexUse.IN_USE;
    } catch (ElanusException | IllegalArgumentException e) {
      if (isUnreadable(e) && !(e.getCause() instanceof NoSuchFileException)) {
        return IndexUse.UNAVAILABLE;
      }
      warn("damaged since it was attached", path, e);
      return IndexUse.DAMAGED;
    }
  }

  private static boolean isUnreadable(RuntimeException failed) {
    return failed instanceof ElanusException known && known.code() == ErrorCode.IO_FAILED;
  }

  private void warn(String what, IndexedPath path, RuntimeException failed) {
    LOGGER.log(
        Level.WARNING,
        "index bypassed, it is %s: segment %d field %d".formatted(what, segmentId, path.fieldId()),
        failed);
  }
}
