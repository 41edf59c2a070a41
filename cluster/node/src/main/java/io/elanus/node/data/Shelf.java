package io.elanus.node.data;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which copies are in a folder, who uses them and what they take, under a budget. A copy is counted
 * from when room is made for it until its file is deleted and unmapped.
 */
final class Shelf {
  /** Who may have to leave for another copy; each as well as those before. */
  enum Leaver {
    /** Copies that nobody uses. */
    UNUSED,
    /** Parts that no read uses. */
    IDLE,
    /** Parts that reads use, when these have ended. */
    BUSY
  }

  private record Candidate(Copy copy, Leaver kind, long readNanos) {}

  private static final System.Logger LOG = System.getLogger(Shelf.class.getName());

  /** Copies that were asked for just now may leave after a while, of which nobody is told. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Path folder;
  private final long budgetBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Map<String, Copy> copies = new HashMap<>();
  private int waiting;
  private long bytes;
  private long heldBytes;
  private long fetches;
  private long fetchedBytes;
  private long evictions;

  Shelf(Path folder, long budgetBytes) {
    this.folder = folder;
    this.budgetBytes = budgetBytes;
  }

  /** A copy that the caller uses from now on. */
  record Taken(Copy copy, boolean toFetch) {}

  /** The copy of an object, if there is one. */
  Optional<Taken> take(String key) {
    lock.lock();
    try {
      Copy copy = present(key);
      return copy == null ? Optional.empty() : Optional.of(use(copy, false));
    } finally {
      lock.unlock();
    }
  }

  /** The same, or a new one of so far unknown size, which the caller is to fetch. */
  Taken takeOrBegin(String key) {
    lock.lock();
    try {
      Copy copy = present(key);
      return copy == null ? begin(key, 0) : use(copy, false);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same, if there is room for one that has to be fetched without others leaving, and nobody
   * waits for it.
   */
  Optional<Taken> takeOrBeginIfRoom(String key, long size) {
    lock.lock();
    try {
      Copy copy = present(key);
      if (copy != null) {
        return Optional.of(use(copy, false));
      }
      if (waiting > 0) {
        return Optional.empty();
      }
      leave(size, Leaver.UNUSED);
      return fits(size) ? Optional.of(begin(key, size)) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same; others leave for one that has to be fetched. Waits for those that are read.
   *
   * @param deadlineNanos in {@link System#nanoTime}
   * @throws ElanusException DISK_LIMIT when there is no room then, or will not be
   */
  Taken takeOrBegin(String key, long size, long deadlineNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Copy copy = present(key);
        if (copy != null) {
          return use(copy, false);
        }
        leave(size, Leaver.BUSY);
        if (fits(size)) {
          return begin(key, size);
        }
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0 || heldBytes > budgetBytes - size) {
          throw full(key, size);
        }
        waiting++;
        try {
          freed.awaitNanos(Math.min(left, LOOK_AGAIN.toNanos()));
        } finally {
          waiting--;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts what a copy turns out to take; others leave for it that nobody reads.
   *
   * @throws ElanusException DISK_LIMIT when there is no room
   */
  void resize(Copy copy, long size) {
    lock.lock();
    try {
      long more = size - copy.bytes;
      leave(more, Leaver.IDLE);
      if (more > 0 && !fits(more)) {
        throw full(copy.key, size);
      }
      bytes += more;
      heldBytes += copy.holds > 0 ? more : 0;
      copy.bytes = size;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether copies fit at the same time, beside what stays in any case.
   *
   * @throws ElanusException DISK_LIMIT
   */
  void checkFit(long size) {
    lock.lock();
    try {
      if (heldBytes > budgetBytes - size) {
        throw new ElanusException(
                ErrorCode.DISK_LIMIT,
                "the parts of one read do not fit into the cache of objects at the same time")
            .with("bytes", size)
            .with("held", heldBytes)
            .with("limit", budgetBytes);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The user's copy is needed at any time. */
  void hold(Copy copy) {
    lock.lock();
    try {
      heldBytes += copy.holds++ == 0 ? copy.bytes : 0;
    } finally {
      lock.unlock();
    }
  }

  /** It is not any more; the use ends as well. */
  void letGo(Copy copy) {
    lock.lock();
    try {
      heldBytes -= --copy.holds == 0 ? copy.bytes : 0;
      end(copy);
    } finally {
      lock.unlock();
    }
  }

  /** A part is about to be mapped from a copy that the caller uses. */
  void enter(Part<?> part, Copy copy) {
    lock.lock();
    try {
      copy.parts.add(part);
      copy.users++;
    } finally {
      lock.unlock();
    }
  }

  /** One mapping of a part is gone. */
  void left(Part<?> part, Copy copy) {
    lock.lock();
    try {
      copy.usedNanos = copy.readNanos();
      copy.parts.remove(part);
      end(copy);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends one use.
   *
   * @param openedUntilNanos until when the file is left alone
   */
  void end(Copy copy, long openedUntilNanos) {
    lock.lock();
    try {
      copy.openedUntilNanos = openedUntilNanos;
      end(copy);
    } finally {
      lock.unlock();
    }
  }

  /** Ends one use. */
  void end(Copy copy) {
    lock.lock();
    try {
      if (--copy.users == 0) {
        if (copy.forgotten) {
          bytes -= copy.bytes;
        } else if (copy.leaving) {
          evictions++;
          remove(copy);
        }
      }
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** An object was fetched. */
  void fetched(Copy copy) {
    lock.lock();
    try {
      fetches++;
      fetchedBytes += copy.bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Whoever asks from now on gets a new copy. */
  void forget(Copy copy) {
    lock.lock();
    try {
      if (!copy.forgotten && copies.get(copy.key) == copy) {
        copies.remove(copy.key);
        copy.forgotten = true;
        delete(copy.key);
        bytes -= copy.users == 0 ? copy.bytes : 0;
        freed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same, of a copy that is there. */
  void forget(String key) {
    lock.lock();
    try {
      Copy copy = copies.get(key);
      if (copy != null && copy.file.isDone()) {
        forget(copy);
      }
    } finally {
      lock.unlock();
    }
  }

  CacheFigures figures() {
    lock.lock();
    try {
      return new CacheFigures(heldBytes, bytes, budgetBytes, fetches, fetchedBytes, evictions);
    } finally {
      lock.unlock();
    }
  }

  // Under the lock from here on.

  /** A file that somebody else deleted is forgotten. */
  private @Nullable Copy present(String key) {
    Copy copy = copies.get(key);
    if (copy != null && copy.file.isDone() && !Files.exists(folder.resolve(key))) {
      forget(copy);
      return null;
    }
    return copy;
  }

  private Taken begin(String key, long size) {
    Copy copy = new Copy(key, size);
    copies.put(key, copy);
    bytes += size;
    return use(copy, true);
  }

  private static Taken use(Copy copy, boolean toFetch) {
    copy.users++;
    copy.leaving = false;
    copy.usedNanos = System.nanoTime();
    return new Taken(copy, toFetch);
  }

  private boolean fits(long size) {
    return bytes <= budgetBytes - size;
  }

  /** Has copies leave until there is room for so many bytes, or will be, as far as they may. */
  private void leave(long size, Leaver most) {
    if (fits(size)) {
      return;
    }
    long missing = bytes - budgetBytes + size;
    List<Candidate> candidates = new ArrayList<>();
    long now = System.nanoTime();
    for (Copy copy : copies.values()) {
      if (copy.leaving && copy.users > 0) {
        missing -= copy.bytes; // it goes when its reads have ended
      } else if (copy.mayLeave(now)) {
        candidates.add(new Candidate(copy, kind(copy), copy.readNanos() - now));
      }
    }
    candidates.sort(Comparator.comparing(Candidate::kind).thenComparingLong(Candidate::readNanos));
    for (Candidate candidate : candidates) {
      if (missing <= 0 || candidate.kind.compareTo(most) > 0) {
        return;
      }
      missing -= candidate.copy.bytes;
      leave(candidate.copy);
    }
  }

  private static Leaver kind(Copy copy) {
    if (copy.parts.isEmpty()) {
      return Leaver.UNUSED;
    }
    return copy.busy() ? Leaver.BUSY : Leaver.IDLE;
  }

  private void leave(Copy copy) {
    copy.leaving = true;
    if (copy.users == 0) {
      evictions++;
      remove(copy);
    } else {
      List.copyOf(copy.parts).forEach(Part::leave); // who is not read leaves the shelf at once
    }
  }

  private void remove(Copy copy) {
    copies.remove(copy.key);
    delete(copy.key);
    bytes -= copy.bytes;
  }

  private void delete(String key) {
    try {
      Files.deleteIfExists(folder.resolve(key));
    } catch (IOException failed) {
      LOG.log(DEBUG, "a copy of an object cannot be deleted", failed);
    }
  }

  private ElanusException full(String key, long size) {
    return new ElanusException(ErrorCode.DISK_LIMIT, "the cache of objects is full")
        .with("object", key)
        .with("bytes", size)
        .with("held", heldBytes)
        .with("cached", bytes)
        .with("limit", budgetBytes);
  }
}
