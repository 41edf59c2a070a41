package io.elanus.segment;

import io.elanus.files.MappedFiles;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
  /**
   * An index file.
   *
   * @param dispensable whether reads go on without it while it is elsewhere and cannot be had
   */
  record Source<T>(FilePlace place, Part.Opener<T> opener, boolean dispensable) {}

  /**
   * A file in use.
   *
   * @param again opens it once more, with all checks, into other memory
   */
  private record Attached(Mapping<?> index, Consumer<MappedFiles> again, Runnable damaged) {
    void close() {
      if (index instanceof Part<?> part) {
        part.close();
      }
    }
  }

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
   * Opens a file in a mapping of its own and puts it to use. One that is elsewhere is put to use as
   * well when there is no room for it now.
   *
   * @param damaged runs when the file is let go because it is found to be damaged later
   */
  <T> IndexUse attach(
      IndexedPath path, Source<T> source, Consumer<Mapping<T>> use, Runnable damaged) {
    if (!memory.tryRetain()) {
      return IndexUse.UNAVAILABLE;
    }
    try {
      switch (source.place) {
        case FilePlace.Here(Path file) -> attachHere(path, file, source.opener, use, damaged);
        case FilePlace.Elsewhere place -> attachPart(path, place, source, use, damaged);
      }
      return IndexUse.IN_USE;
    } catch (ElanusException | IllegalArgumentException e) {
      boolean unreadable = isUnreadable(e);
      warn(unreadable ? "not readable" : "damaged", path, e);
      return unreadable ? IndexUse.UNAVAILABLE : IndexUse.DAMAGED;
    } finally {
      memory.release();
    }
  }

  private <T> void attachHere(
      IndexedPath path,
      Path file,
      Part.Opener<T> opener,
      Consumer<Mapping<T>> use,
      Runnable damaged) {
    MappedFiles own = new MappedFiles();
    boolean inUse = false;
    try {
      Mapping<T> index = new Mapping.Lasting<>(opener.open(file, own));
      Consumer<MappedFiles> again = into -> opener.open(file, into);
      put(path, new Attached(index, again, damaged), () -> use.accept(index));
      inUse = true;
    } finally {
      end(own, inUse);
    }
  }

  private <T> void attachPart(
      IndexedPath path,
      FilePlace.Elsewhere place,
      Source<T> source,
      Consumer<Mapping<T>> use,
      Runnable damaged) {
    Part<T> part =
        new Part<>(
            place, source.opener, (lost, why) -> goesWithout(path, lost, why, source.dispensable));
    boolean inUse = false;
    try {
      place.store().offer(part);
      put(path, new Attached(part, part::check, damaged), () -> use.accept(part));
      inUse = true;
    } finally {
      if (!inUse) {
        part.close();
      }
    }
  }

  private void put(IndexedPath path, Attached index, Runnable use) {
    lock.lock();
    try {
      use.run();
      Attached old = attached.put(path, index);
      if (old != null) {
        old.close();
      }
      change();
    } finally {
      lock.unlock();
    }
  }

  /** Whether reads go on without a part that could not be had; for good when it is damaged. */
  private boolean goesWithout(
      IndexedPath path, Part<?> part, RuntimeException why, boolean dispensable) {
    if (isUnreadable(why)) {
      return dispensable;
    }
    warn("damaged or missing", path, why);
    lose(path, part);
    return true;
  }

  private void lose(IndexedPath path, Part<?> part) {
    Attached lost;
    lock.lock();
    try {
      lost = attached.get(path);
      if (lost == null || lost.index != part) {
        return; // another read was first
      }
      detach(path);
    } finally {
      lock.unlock();
    }
    lost.damaged.run();
  }

  /** Parts leave for good when the reads that run have ended. */
  void close() {
    lock.lock();
    try {
      attached.values().forEach(Attached::close);
    } finally {
      lock.unlock();
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
    Attached left = attached.remove(path);
    leave.accept(path);
    if (left != null) {
      left.close();
    }
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
        switch (check(each.getKey(), each.getValue().again)) {
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
  private IndexUse check(IndexedPath path, Consumer<MappedFiles> open) {
    try (MappedFiles again = new MappedFiles()) {
      open.accept(again);
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
    return failed instanceof ElanusException known
        && (known.code() == ErrorCode.IO_FAILED || known.code().retriable());
  }

  private void warn(String what, IndexedPath path, RuntimeException failed) {
    LOGGER.log(
        Level.WARNING,
        "index bypassed, it is %s: segment %d field %d".formatted(what, segmentId, path.fieldId()),
        failed);
  }
}
