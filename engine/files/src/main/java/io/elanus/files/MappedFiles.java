package io.elanus.files;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files mapped read-only into one shared arena, with a count of those who use it. The arena closes
 * when the last user lets go: closing a shared arena asks every thread, so there is one for a
 * segment and not one for a file or a read. (The pattern of Lucene's RefCountedSharedArena.)
 *
 * <p>The maker is the first user and ends its use with {@link #close}.
 */
public final class MappedFiles implements AutoCloseable {
  private static final AtomicLong HELD_BYTES = new AtomicLong();

  private final Arena arena = Arena.ofShared();
  private final Runnable freed;
  private final AtomicInteger users = new AtomicInteger(1);
  private final AtomicLong allocatedBytes = new AtomicLong();
  private final Queue<MappedFiles> kept = new ConcurrentLinkedQueue<>();

  public MappedFiles() {
    this(() -> {});
  }

  /**
   * @param freed runs once, on the thread of the last user, when the memory is gone
   */
  public MappedFiles(Runnable freed) {
    this.freed = freed;
  }

  /**
   * The whole file, read-only, alive until the last user let go.
   *
   * @throws ElanusException IO_FAILED when it cannot be opened or mapped
   */
  public MemorySegment map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw new ElanusException(ErrorCode.IO_FAILED, "cannot map file", e).with("file", file);
    }
  }

  /** Zeroed memory that lives as long as the files. */
  public MemorySegment allocate(long bytes, long alignmentBytes) {
    MemorySegment memory = arena.allocate(Math.max(1, bytes), alignmentBytes).asSlice(0, bytes);
    allocatedBytes.addAndGet(bytes);
    HELD_BYTES.addAndGet(bytes);
    return memory;
  }

  /** The arena itself, for those who map on their own; they never close it. */
  public Arena arena() {
    return arena;
  }

  /**
   * Lets other files live as long as these.
   *
   * @param others to be closed by these; the caller, a user of these, is their maker
   */
  public void keep(MappedFiles others) {
    kept.add(others);
  }

  /** Bytes handed out by {@link #allocate}. */
  public long allocatedBytes() {
    return allocatedBytes.get();
  }

  /** Bytes that {@link #allocate} handed out in this process and that still have a user. */
  public static long heldBytes() {
    return HELD_BYTES.get();
  }

  /** Users now, the maker among them until it closed these; others come and go meanwhile. */
  public int users() {
    return users.get();
  }

  /** Whether the caller is a user now; false when the last user has let go already. */
  public boolean tryRetain() {
    int count = users.get();
    while (count > 0) {
      if (users.compareAndSet(count, count + 1)) {
        return true;
      }
      count = users.get();
    }
    return false;
  }

  /** Ends one use; the last one unmaps. */
  public void release() {
    int left = users.decrementAndGet();
    if (left == 0) {
      arena.close();
      kept.forEach(MappedFiles::close);
      HELD_BYTES.addAndGet(-allocatedBytes.get());
      freed.run();
    } else if (left < 0) {
      throw new IllegalStateException("released more often than retained");
    }
  }

  @Override
  public void close() {
    release();
  }
}
