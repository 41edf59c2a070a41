package io.elanus.node.data;

import io.elanus.objects.ObjectStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.Part;
import io.elanus.segment.PartStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Copies of objects in a folder of this process, under a byte budget. Each object is fetched once,
 * however many ask for it at the same time. What segments hold stays; of the rest, what was longest
 * not read goes first. Of a copy of which only the path was asked for it is not known how long it
 * is read: it is left alone for a while, and one that goes while it is mapped stays readable for
 * whoever mapped it.
 *
 * <p>Whoever waits for room for several copies at once could wait for somebody who does the same.
 * So room is made for one such read after another, each for all that it needs: whoever else has
 * copies needs no more of them, and ends.
 */
final class CachedObjects implements PartStore {
  /** How long copies are spared, and room is waited for. */
  record Patience(Duration openedWithin, Duration room) {}

  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(10), Duration.ofSeconds(30));

  private final ObjectStore objects;
  private final Path folder;
  private final Patience patience;
  private final Shelf shelf;
  private final ReentrantLock gate = new ReentrantLock(true);

  CachedObjects(ObjectStore objects, Path folder, long budgetBytes) {
    this(objects, folder, budgetBytes, PATIENCE);
  }

  CachedObjects(ObjectStore objects, Path folder, long budgetBytes, Patience patience) {
    this.objects = objects;
    this.folder = folder;
    this.patience = patience;
    this.shelf = new Shelf(folder, budgetBytes);
  }

  /** The copy of an object, fetched if it is not there. */
  Path path(String key) {
    Shelf.Taken taken = shelf.takeOrBegin(key);
    try {
      return file(taken, size -> shelf.resize(taken.copy(), size));
    } finally {
      shelf.end(taken.copy(), System.nanoTime() + patience.openedWithin.toNanos());
    }
  }

  /** Forgets a copy, so that it is fetched anew. */
  void forget(String key) {
    shelf.forget(key);
  }

  CacheFigures figures() {
    return shelf.figures();
  }

  @Override
  public Held hold(String object, long bytes) {
    Shelf.Taken taken = gated(deadline -> shelf.takeOrBegin(object, bytes, deadline));
    Copy copy = taken.copy();
    shelf.hold(copy);
    try {
      return new HeldCopy(file(taken), copy, shelf);
    } catch (RuntimeException | Error failed) {
      shelf.letGo(copy);
      throw failed;
    }
  }

  private record HeldCopy(Path path, Copy copy, Shelf shelf) implements Held {
    @Override
    public void close() {
      shelf.letGo(copy);
    }
  }

  @Override
  public void offer(Part<?> part) {
    shelf
        .takeOrBeginIfRoom(part.object(), part.bytes())
        .ifPresent(taken -> {
          try {
            bring(part, taken);
          } finally {
            shelf.end(taken.copy());
          }
        });
  }

  @Override
  public Kept keep(Collection<Part<?>> parts) {
    List<Part<?>> wanted = parts.stream().filter(part -> !part.closed()).toList();
    List<Shelf.Taken> taken;
    try {
      taken = take(wanted);
    } catch (ElanusException failed) {
      List<Part<?>> others = wanted.stream().filter(part -> !part.dispensable(failed)).toList();
      if (others.size() == wanted.size()) {
        throw failed;
      }
      return keep(others);
    }
    Kept kept = () -> taken.forEach(each -> shelf.end(each.copy()));
    try {
      bringAll(wanted, taken);
      return kept;
    } catch (RuntimeException | Error failed) {
      kept.close();
      throw failed;
    }
  }

  /** All copies, there or with room made for them. */
  private List<Shelf.Taken> take(List<Part<?>> parts) {
    shelf.checkFit(parts.stream().mapToLong(Part::bytes).sum());
    List<Shelf.Taken> taken = new ArrayList<>();
    try {
      return gated(deadline -> {
        for (Part<?> part : parts) {
          taken.add(shelf.takeOrBegin(part.object(), part.bytes(), deadline));
        }
        return taken;
      });
    } catch (RuntimeException | Error failed) {
      taken.stream().filter(Shelf.Taken::toFetch).forEach(each -> giveUp(each.copy(), failed));
      taken.forEach(each -> shelf.end(each.copy()));
      throw failed;
    }
  }

  private interface Gated<T> {
    T run(long deadlineNanos) throws InterruptedException;
  }

  /** Runs what may wait for room; one such at a time. */
  private <T> T gated(Gated<T> wish) {
    long deadline = System.nanoTime() + patience.room.toNanos();
    try {
      if (!gate.tryLock(patience.room.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ElanusException(
                ErrorCode.DISK_LIMIT, "too many reads wait for room in the cache of objects")
            .with("limit", shelf.figures().budgetBytes());
      }
      try {
        return wish.run(deadline);
      } finally {
        gate.unlock();
      }
    } catch (InterruptedException interrupted) {
      throw cancelled(interrupted);
    }
  }

  /** Fetches begin side by side. */
  private void bringAll(List<Part<?>> parts, List<Shelf.Taken> taken) {
    taken.forEach(this::begin);
    for (int i = 0; i < taken.size(); i++) {
      try {
        bring(parts.get(i), new Shelf.Taken(taken.get(i).copy(), false));
      } catch (ElanusException | IllegalArgumentException failed) {
        if (!parts.get(i).dispensable(failed)) {
          throw repeatable(failed);
        }
      }
    }
  }

  /** A leader takes a node that is UNAVAILABLE for one that is gone. */
  private static RuntimeException repeatable(RuntimeException failed) {
    boolean told =
        failed instanceof ElanusException known
            && (known.code() == ErrorCode.DATA_INTEGRITY
                || known.code() == ErrorCode.DISK_LIMIT
                || known.code() == ErrorCode.CANCELLED);
    return told
        ? failed
        : new ElanusException(
            ErrorCode.RESOURCE_INSUFFICIENT, "a part of a segment cannot be fetched", failed);
  }

  private void bring(Part<?> part, Shelf.Taken taken) {
    Path file = file(taken);
    Copy copy = taken.copy();
    shelf.enter(part, copy);
    try {
      part.enter(file, () -> shelf.left(part, copy));
    } catch (ElanusException | IllegalArgumentException damaged) {
      shelf.forget(copy); // it may be the copy that is
      throw damaged;
    }
  }

  private Path file(Shelf.Taken taken) {
    return file(taken, size -> resized(taken.copy(), size));
  }

  private void resized(Copy copy, long size) {
    if (size != copy.bytes) {
      shelf.resize(copy, size);
    }
  }

  /** The file of a copy, when it is there. */
  private Path file(Shelf.Taken taken, LongConsumer size) {
    Copy copy = taken.copy();
    if (taken.toFetch()) {
      begin(copy, size);
    }
    try {
      return copy.file.get();
    } catch (InterruptedException interrupted) {
      throw cancelled(interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failed.getCause();
    }
  }

  private void begin(Shelf.Taken taken) {
    if (taken.toFetch()) {
      begin(taken.copy(), size -> resized(taken.copy(), size));
    }
  }

  /** On a thread of its own: others may wait for it when the one that asked is interrupted. */
  private void begin(Copy copy, LongConsumer size) {
    Thread.startVirtualThread(() -> {
      try {
        Path file = fetch(copy.key, size);
        shelf.fetched(copy);
        copy.file.complete(file);
      } catch (RuntimeException | Error failed) {
        giveUp(copy, failed);
      }
    });
  }

  /** Nobody fetches it any more. */
  private void giveUp(Copy copy, Throwable why) {
    shelf.forget(copy);
    copy.file.completeExceptionally(why);
  }

  private Path fetch(String key, LongConsumer size) {
    Path target = folder.resolve(key);
    Path parent = target.getParent();
    if (parent == null) {
      throw new IllegalStateException("a key is never a root");
    }
    try {
      Files.createDirectories(parent);
      Path fetched = Files.createTempFile(parent, "fetch", ".tmp");
      Files.delete(fetched);
      try {
        objects.copyTo(key, fetched, size);
        Files.move(fetched, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fetched); // what a failed copy left
      }
      return target;
    } catch (IOException failed) {
      throw new ElanusException(ErrorCode.IO_FAILED, "cannot cache an object", failed)
          .with("file", target);
    }
  }

  private static ElanusException cancelled(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ElanusException(
        ErrorCode.CANCELLED, "whoever waited for an object was interrupted", cause);
  }
}
