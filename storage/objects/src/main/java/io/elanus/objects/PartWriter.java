package io.elanus.objects;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Gathers an object for a store that takes small ones whole and larger ones by parts: a part is
 * sent in the background while the next is gathered, so that a writer holds two parts at most.
 */
public final class PartWriter implements ObjectWriter {
  /** Most objects are small; the buffer grows to a part in a few steps. */
  private static final int FIRST_BYTES = 64 << 10;

  private static final int GROWTH = 8;

  /** Where an object goes; one call at a time. Buffers are read from position to limit. */
  public interface Target {
    /** Writes a whole object unless its key exists; false when it does. */
    boolean put(ByteBuffer whole);

    /** Sends a part of {@code partBytes}; more follow. */
    void send(ByteBuffer part);

    /** Sends what is left, 1 to {@code partBytes} bytes, and makes the parts an object like put. */
    boolean complete(ByteBuffer last);

    /** Drops the parts that were sent; must not fail. */
    void abort();
  }

  private final String key;
  private final int partBytes;
  private final Target target;
  private ByteBuffer gathered = ByteBuffer.allocate(FIRST_BYTES);
  private Optional<FutureTask<Boolean>> sending = Optional.empty();
  private long sentBytes;
  private boolean finished;

  /**
   * @param partBytes of each part but the last, 64 KiB or more
   */
  public PartWriter(String key, int partBytes, Target target) {
    this.key = key;
    this.partBytes = partBytes;
    this.target = target;
  }

  @Override
  public void write(ByteBuffer bytes) {
    checkUnfinished();
    while (bytes.hasRemaining()) {
      makeRoom();
      int count = Math.min(bytes.remaining(), gathered.remaining());
      gathered.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
    }
  }

  private void makeRoom() {
    if (gathered.hasRemaining()) {
      return;
    }
    if (gathered.capacity() < partBytes) {
      int larger = (int) Math.min(partBytes, (long) gathered.capacity() * GROWTH);
      gathered = ByteBuffer.allocate(larger).put(gathered.flip());
      return;
    }
    ByteBuffer part = gathered.flip();
    gathered = ByteBuffer.allocate(0);
    awaitSent();
    sentBytes += part.remaining();
    var task = new FutureTask<>(() -> target.send(part), true);
    sending = Optional.of(task);
    Thread.ofVirtual().name("object-part").start(task);
    gathered = ByteBuffer.allocate(partBytes);
  }

  /** Waits for the part that is on its way, which its store's deadline bounds. */
  private void awaitSent() {
    if (sending.isEmpty()) {
      return;
    }
    FutureTask<Boolean> task = sending.get();
    sending = Optional.empty();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return;
        } catch (InterruptedException asked) {
          interrupted = true;
        } catch (ExecutionException failure) {
          throw told(failure);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A failure thrown anew, so that it tells both threads. */
  private static ElanusException told(ExecutionException failure) {
    if (failure.getCause() instanceof ElanusException known) {
      var anew = new ElanusException(known.code(), known.leading(), known);
      known.variables().forEach(variable -> anew.with(variable.name(), variable.value()));
      return anew;
    }
    return new ElanusException(ErrorCode.INTERNAL, "a part of an object was not sent", failure);
  }

  @Override
  public long sizeBytes() {
    return sentBytes + gathered.position();
  }

  @Override
  public boolean commit() {
    checkUnfinished();
    boolean done = false;
    try {
      awaitSent();
      ByteBuffer rest = gathered.flip();
      boolean won = sentBytes == 0 ? target.put(rest) : target.complete(rest);
      done = won || sentBytes == 0;
      return won;
    } finally {
      finish(done);
    }
  }

  @Override
  public void close() {
    if (!finished) {
      finish(sentBytes == 0);
    }
  }

  private void finish(boolean nothingToDrop) {
    finished = true;
    gathered = ByteBuffer.allocate(0);
    try {
      awaitSent();
    } catch (ElanusException failed) {
      nothingToDrop = false;
    }
    if (!nothingToDrop) {
      target.abort();
    }
  }

  private void checkUnfinished() {
    if (finished) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "object writer is closed").with("key", key);
    }
  }
}
