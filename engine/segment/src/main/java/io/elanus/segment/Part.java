package io.elanus.segment;

import io.elanus.files.MappedFiles;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One file of a segment that may leave the local disk while nobody reads it: a column of vectors,
 * an index. Its {@link PartStore} lets it in and out; reads that run go on undisturbed.
 *
 * @param <T> what reads make of the file
 */
public final class Part<T> implements Mapping<T> {
  /** Makes of a file what reads use. */
  interface Opener<T> {
    /**
     * Maps the file into the memory and checks it.
     *
     * @throws io.elanus.schema.ElanusException IO_FAILED when it cannot be mapped, else it is
     *     damaged; so it is after an IllegalArgumentException
     */
    T open(Path file, MappedFiles memory);
  }

  /** What becomes of reads when a part cannot be had. */
  interface Loss {
    /** Whether reads go on without the part: not at all any more, or not for a second. */
    boolean goesWithout(Part<?> part, RuntimeException why);
  }

  private record Mapped<T>(T value, Path file, MappedFiles memory) {}

  private static final long AVOID_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final FilePlace.Elsewhere place;
  private final Opener<T> opener;
  private final Loss loss;
  private final AtomicReference<@Nullable Mapped<T>> mapped = new AtomicReference<>();
  private final ReentrantLock entering = new ReentrantLock();
  private volatile boolean closed;
  private volatile long readNanos = System.nanoTime();
  private volatile long failedNanos;
  private volatile boolean failed;

  Part(FilePlace.Elsewhere place, Opener<T> opener, Loss loss) {
    this.place = place;
    this.opener = opener;
    this.loss = loss;
  }

  public String object() {
    return place.object();
  }

  /** Of the file. */
  public long bytes() {
    return place.bytes();
  }

  PartStore store() {
    return place.store();
  }

  /** When a read last began to use it, or when it was made, in {@link System#nanoTime}. */
  public long readNanos() {
    return readNanos;
  }

  /** Whether a read uses it now. */
  public boolean busy() {
    Mapped<T> now = mapped.get();
    return now != null && now.memory.users() > 1;
  }

  /** Whether it will not be read any more. */
  public boolean closed() {
    return closed;
  }

  @Override
  public T use(PartsInUse read) {
    Mapped<T> now = mapped.get();
    if (now == null || !now.memory.tryRetain()) {
      throw new ColdPart(this);
    }
    read.add(now.memory);
    readNanos = System.nanoTime();
    return now.value;
  }

  @Override
  public @Nullable T now() {
    Mapped<T> now = mapped.get();
    return now == null ? null : now.value;
  }

  @Override
  public boolean avoided() {
    return failed && mapped.get() == null && System.nanoTime() - failedNanos < AVOID_NANOS;
  }

  /**
   * Maps the file, for reads from now on.
   *
   * @param gone runs once nobody has this mapping any more: at once when there is none, because one
   *     was there, the part is closed or this fails
   * @throws io.elanus.schema.ElanusException as the opening does
   */
  public void enter(Path file, Runnable gone) {
    entering.lock();
    try {
      MappedFiles memory = new MappedFiles(gone);
      boolean entered = false;
      try {
        if (mapped.get() == null && !closed) {
          mapped.set(new Mapped<>(opener.open(file, memory), file, memory));
          entered = true;
        }
      } finally {
        if (!entered) {
          memory.close();
        }
      }
    } finally {
      entering.unlock();
    }
    failed = false;
    if (closed) {
      leave();
    }
  }

  /** New reads do not find it any more; it is unmapped when the last that runs has ended. */
  public void leave() {
    Mapped<T> left = mapped.getAndSet(null);
    if (left != null) {
      left.memory.close();
    }
  }

  /** Whether reads go on without it, after it could not be had. */
  public boolean dispensable(RuntimeException why) {
    if (!loss.goesWithout(this, why)) {
      return false;
    }
    failedNanos = System.nanoTime();
    failed = true;
    return true;
  }

  /** Opens the file once more, if it is mapped now, as the opener does. */
  void check(MappedFiles again) {
    Mapped<T> now = mapped.get();
    if (now == null || !now.memory.tryRetain()) {
      return;
    }
    try {
      opener.open(now.file, again);
    } finally {
      now.memory.release();
    }
  }

  /** Leaves for good. */
  void close() {
    closed = true;
    leave();
  }
}
