package io.elanus.api.milvus;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of inserts in flight. A call is admitted before its message is read, with room
 * for the longest message there is; once the message is here the reservation shrinks to what it
 * took, and it ends with the call. Calls that find no room wait in order, unread: the client's
 * sending is held back by flow control.
 */
final class InsertBudget {
  private static final int MOST_WAITING = 4096;

  private final long capacityBytes;
  private final long reservationBytes;
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
  private long usedBytes;

  /**
   * @param capacityBytes of all messages in flight
   * @param reservationBytes the longest message there can be
   */
  InsertBudget(long capacityBytes, long reservationBytes) {
    if (reservationBytes > capacityBytes) {
      throw new IllegalArgumentException("budget is smaller than one message");
    }
    this.capacityBytes = capacityBytes;
    this.reservationBytes = reservationBytes;
  }

  /**
   * Runs {@code start}, now or when there is room, in the thread that makes room.
   *
   * @return the ticket, already waiting or admitted; refused when too many wait
   */
  Ticket enter(Runnable start) {
    Ticket ticket = new Ticket(start);
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
    if (waiting.isEmpty() || usedBytes + reservationBytes > capacityBytes) {
      return null;
    }
    Ticket ticket = waiting.removeFirst();
    ticket.state = State.ADMITTED;
    ticket.heldBytes = reservationBytes;
    usedBytes += reservationBytes;
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
    private State state = State.WAITING;
    private long heldBytes;

    private Ticket(Runnable start) {
      this.start = start;
    }

    boolean refused() {
      synchronized (InsertBudget.this) {
        return state == State.REFUSED;
      }
    }

    /** The message is here and has this length. */
    void arrived(long messageBytes) {
      synchronized (InsertBudget.this) {
        if (state == State.ADMITTED) {
          usedBytes += messageBytes - heldBytes;
          heldBytes = messageBytes;
        }
      }
      admit();
    }

    /** The call has ended; further calls of this method do nothing. */
    void end() {
      synchronized (InsertBudget.this) {
        if (state == State.WAITING) {
          waiting.remove(this);
        }
        usedBytes -= heldBytes;
        heldBytes = 0;
        state = State.ENDED;
      }
      admit();
    }
  }
}
