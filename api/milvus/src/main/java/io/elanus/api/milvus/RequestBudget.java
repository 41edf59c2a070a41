package io.elanus.api.milvus;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of all requests in flight, of whatever kind: what is being received, and what a
 * request takes in memory while it is carried out. Each is charged for what has come so far, so a
 * client that announces a request and sends nothing costs next to nothing.
 *
 * <p>Writes of rows begin to be received while less than half of the budget is used; others wait in
 * order, unread, and the client's sending is held back by flow control. Once begun, a message
 * cannot be held back without its whole connection. So it is refused when there is no room for its
 * next bytes, which makes room for those that go on: of any number of half-received requests one
 * always ends, none waits for another.
 *
 * <p>A quarter is out of reach of rows that are being received, and an eighth is only for small
 * requests: neither uploads nor large searches keep a small request out.
 */
final class RequestBudget {
  /** Of rows, before their first byte is here. */
  static final long START_BYTES = 1 << 20;

  /** For which a request that is here waits for others to end. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Where the budget is small; few clients are none too many. */
  private static final int LEAST_CONNECTIONS = 8;

  private static final long SMALL_BYTES = 1 << 20;

  private final long capacityBytes;
  private final long startBytes;
  private final long patienceNanos;
  private final LongSupplier clockNanos;
  private final UploadQueue<Ticket> waiting;
  private long usedBytes;
  private int growing; // tickets that wait in grow

  /** What became of a wish for more. */
  enum Growth {
    GRANTED,
    NO_ROOM,
    NEVER
  }

  /**
   * @param capacityBytes of all requests in flight
   * @param startBytes that rows hold before they come
   * @param aheadBytes that a connection may have sent of calls that wait; half of the budget is the
   *     most that all of them take beside it
   * @param clockNanos {@link System#nanoTime}
   */
  RequestBudget(
      long capacityBytes,
      long startBytes,
      long aheadBytes,
      Duration patience,
      LongSupplier clockNanos) {
    this.capacityBytes = capacityBytes;
    this.waiting =
        new UploadQueue<>(
            Math.clamp(capacityBytes / 2 / aheadBytes, LEAST_CONNECTIONS, Integer.MAX_VALUE));
    this.startBytes = startBytes;
    this.patienceNanos = patience.toNanos();
    this.clockNanos = clockNanos;
  }

  /** A ticket that holds nothing yet. */
  Ticket open() {
    return new Ticket(() -> {}, State.ADMITTED, false);
  }

  /**
   * For rows: runs {@code start}, now or when there is room, in the thread that makes room.
   *
   * @param connection that the call came by
   * @return the ticket, already waiting or admitted; refused when too many wait
   */
  Ticket enter(Object connection, Runnable start) {
    Ticket ticket = new Ticket(start, State.WAITING, true);
    synchronized (this) {
      if (!waiting.add(ticket, connection)) {
        ticket.state = State.REFUSED;
        return ticket;
      }
    }
    admit();
    return ticket;
  }

  long capacityBytes() {
    return capacityBytes;
  }

  /** The most that one request may hold. */
  long mostBytes() {
    return capacityBytes - capacityBytes / 8;
  }

  /** The most that all requests hold while one of rows comes in. */
  private long mostUploadBytes() {
    return capacityBytes - capacityBytes / 4;
  }

  synchronized long usedBytes() {
    return usedBytes;
  }

  /** Requests that are here and wait for others to end. */
  synchronized int growing() {
    return growing;
  }

  static ElanusException noRoom() {
    return new ElanusException(
        ErrorCode.RATE_LIMIT,
        "rate limit exceeded, requests in flight take all the memory there is for them, repeat it"
            + " later");
  }

  private void admit() {
    Ticket next = nextAdmitted();
    while (next != null) {
      next.start.run();
      next = nextAdmitted();
    }
  }

  private synchronized @Nullable Ticket nextAdmitted() {
    boolean room = usedBytes + startBytes <= capacityBytes / 2;
    Ticket ticket = room ? waiting.take() : null;
    if (ticket != null) {
      ticket.state = State.ADMITTED;
      ticket.hold(startBytes);
    }
    return ticket;
  }

  private enum State {
    WAITING,
    ADMITTED,
    REFUSED,
    ENDED
  }

  /** The share of one call. */
  final class Ticket {
    private final Runnable start;
    private State state;
    private boolean upload; // of rows, not here yet
    private long heldBytes;

    private Ticket(Runnable start, State state, boolean upload) {
      this.start = start;
      this.state = state;
      this.upload = upload;
    }

    boolean refused() {
      synchronized (RequestBudget.this) {
        return state == State.REFUSED;
      }
    }

    /** Whether its message may come in: it neither waits nor has ended. */
    boolean admitted() {
      synchronized (RequestBudget.this) {
        return state == State.ADMITTED;
      }
    }

    private void hold(long bytes) {
      usedBytes += bytes - heldBytes;
      heldBytes = bytes;
      if (growing > 0) {
        RequestBudget.this.notifyAll();
      }
    }

    /** The most that it may hold. */
    private long limit() {
      return upload ? mostUploadBytes() : mostBytes();
    }

    private Growth tryHold(long bytes) {
      if (bytes > limit()) {
        return Growth.NEVER;
      }
      if (usedBytes + bytes - heldBytes > (bytes <= SMALL_BYTES ? capacityBytes : limit())) {
        return Growth.NO_ROOM;
      }
      hold(bytes);
      return Growth.GRANTED;
    }

    /** So much of the message is here. Nothing changes when there is no room for it. */
    Growth received(long bytes) {
      synchronized (RequestBudget.this) {
        return state != State.ADMITTED || bytes <= heldBytes ? Growth.GRANTED : tryHold(bytes);
      }
    }

    /** Why {@link #received} or {@link #grow} does not grant it. */
    ElanusException refusal(Growth growth) {
      if (growth == Growth.NO_ROOM) {
        return noRoom();
      }
      return new ElanusException(
          ErrorCode.MEMORY_LIMIT,
          "memory limit exceeded, the request takes more than %d bytes, the most that one may take"
              .formatted(limit()));
    }

    /** The whole message is here and has this length; what was held beyond it is given back. */
    void arrived(long messageBytes) {
      synchronized (RequestBudget.this) {
        upload = false;
        if (state == State.ADMITTED) {
          hold(messageBytes);
        }
      }
      admit();
    }

    /**
     * Asks for what the request takes once it is read.
     *
     * @param mayWait whether to wait a few seconds for others to end
     */
    Growth grow(long bytes, boolean mayWait) {
      long begun = clockNanos.getAsLong();
      synchronized (RequestBudget.this) {
        while (state == State.ADMITTED && bytes > heldBytes) {
          Growth growth = tryHold(bytes);
          if (growth != Growth.NO_ROOM) {
            return growth;
          }
          long leftMillis =
              TimeUnit.NANOSECONDS.toMillis(patienceNanos - (clockNanos.getAsLong() - begun));
          if (!mayWait || leftMillis <= 0 || !pause(leftMillis)) {
            return Growth.NO_ROOM;
          }
        }
        return Growth.GRANTED;
      }
    }

    private boolean pause(long millis) {
      growing++;
      try {
        RequestBudget.this.wait(millis);
        return true;
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        growing--;
      }
    }

    /** The call has ended; further calls of this method do nothing. */
    void end() {
      synchronized (RequestBudget.this) {
        waiting.remove(this);
        hold(0);
        state = State.ENDED;
      }
      admit();
    }
  }
}
