package io.elanus.api.milvus;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of all requests in flight, of whatever kind: what is being received, and what a
 * request takes in memory while it is carried out. Writes of rows are admitted before their message
 * is read, with room for the longest one; those that find no room wait in order, unread, and the
 * client's sending is held back by flow control. Other requests are charged while they come in and
 * refused when there is no room.
 *
 * <p>A quarter of the budget is out of reach of reservations, and an eighth is only for small
 * requests: neither slow uploads nor large searches keep a small request out.
 */
final class RequestBudget {
  private static final int MOST_WAITING = 4096;
  private static final long SMALL_BYTES = 1 << 20;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final long capacityBytes;
  private final long reservationBytes;
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
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
   * @param messageLimitBytes the longest message there can be
   */
  RequestBudget(long capacityBytes, long messageLimitBytes) {
    this.capacityBytes = capacityBytes;
    this.reservationBytes = Math.min(messageLimitBytes, capacityBytes - capacityBytes / 4);
  }

  /** A ticket that holds nothing yet. */
  Ticket open() {
    return new Ticket(() -> {}, State.ADMITTED);
  }

  /**
   * Runs {@code start}, now or when there is room, in the thread that makes room.
   *
   * @return the ticket, already waiting or admitted; refused when too many wait
   */
  Ticket enter(Runnable start) {
    Ticket ticket = new Ticket(start, State.WAITING);
    synchronized (this) {
      if (waiting.size() >= MOST_WAITING) {
        ticket.state = State.REFUSED;
        return ticket;
      }
      waiting.add(ticket);
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

  synchronized long usedBytes() {
    return usedBytes;
  }

  private void admit() {
    Ticket next = nextAdmitted();
    while (next != null) {
      next.start.run();
      next = nextAdmitted();
    }
  }

  private synchronized @Nullable Ticket nextAdmitted() {
    boolean room = usedBytes + reservationBytes <= capacityBytes - capacityBytes / 4;
    if (waiting.isEmpty() || !room) {
      return null;
    }
    Ticket ticket = waiting.removeFirst();
    ticket.state = State.ADMITTED;
    ticket.hold(reservationBytes);
    return ticket;
  }

  private boolean room(long moreBytes, long totalBytes) {
    return usedBytes + moreBytes <= (totalBytes <= SMALL_BYTES ? capacityBytes : mostBytes());
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
    private long heldBytes;

    private Ticket(Runnable start, State state) {
      this.start = start;
      this.state = state;
    }

    boolean refused() {
      synchronized (RequestBudget.this) {
        return state == State.REFUSED;
      }
    }

    private void hold(long bytes) {
      usedBytes += bytes - heldBytes;
      heldBytes = bytes;
      if (growing > 0) {
        RequestBudget.this.notifyAll();
      }
    }

    /** So much of the message is here. False, and nothing changes, when there is no room for it. */
    boolean received(long bytes) {
      synchronized (RequestBudget.this) {
        if (state != State.ADMITTED || bytes <= heldBytes) {
          return true;
        }
        if (!room(bytes - heldBytes, bytes)) {
          return false;
        }
        hold(bytes);
        return true;
      }
    }

    /** The whole message is here and has this length; what was reserved beyond it is given back. */
    void arrived(long messageBytes) {
      synchronized (RequestBudget.this) {
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
      long begun = System.nanoTime();
      synchronized (RequestBudget.this) {
        while (state == State.ADMITTED && bytes > heldBytes) {
          if (bytes > mostBytes()) {
            return Growth.NEVER;
          }
          if (room(bytes - heldBytes, bytes)) {
            hold(bytes);
            return Growth.GRANTED;
          }
          long leftMillis =
              TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS - (System.nanoTime() - begun));
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
        if (state == State.WAITING) {
          waiting.remove(this);
        }
        hold(0);
        state = State.ENDED;
      }
      admit();
    }
  }
}
