package io.elanus.membership;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.metadata.Lease;
import io.elanus.roles.Standing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process's candidacy for a coordinator's seat, for as long as it is open. While it has the seat,
 * an occupant works; when the seat is lost, or the process's place, the occupant is dismissed and
 * the process stands in the queue again. An occupant may begin only after the seat is held, so that
 * it reads what the last one left.
 */
public final class Seat implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Seat.class.getName());
  private static final long LOOK_MILLIS = 20;
  private static final int LOOKS_OF_WAITING = 50;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

  /** The coordinator in the seat. */
  public interface Occupant extends AutoCloseable {
    /** Is one no more; the seat is given to the next one when this returns, so it is quick. */
    @Override
    void close();

    /** What may take its time: the seat is another's by then. */
    default void ended() {}
  }

  /** Puts a coordinator into the seat. */
  public interface Election {
    /**
     * @param standing whether the seat is still held; its answers count only then
     */
    Occupant won(Standing standing);

    /** Is called now and then while another has the seat; may take its time. */
    default void waits() {}
  }

  private final Membership membership;
  private final Role role;
  private final Election election;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private Seat(Membership membership, Role role, Election election) {
    this.membership = membership;
    this.role = role;
    this.election = election;
    thread = Thread.ofVirtual().name("seat-" + role.word()).start(this::run);
  }

  /** Stands for the seat of a coordinator. */
  public static Seat standFor(Membership membership, Role role, Election election) {
    return new Seat(membership, role, election);
  }

  private void run() {
    while (!closed()) {
      try {
        stand().ifPresent(Occupant::ended);
      } catch (RuntimeException failure) {
        LOG.log(WARNING, "a seat cannot be taken and is tried again, " + role.word(), failure);
        closed(AFTER_FAILURE.toMillis());
      }
    }
  }

  /** Once in the queue, and in the seat; the occupant that was dismissed, if there was one. */
  private Optional<Occupant> stand() {
    while (!membership.held() && !closed(LOOK_MILLIS)) {
      // who is no member coordinates nothing
    }
    try (Lease lease = membership.ask(role)) {
      for (int look = 1; !mayBegin(lease) && !lease.isOver() && !closed(LOOK_MILLIS); look++) {
        if (look % LOOKS_OF_WAITING == 0) {
          election.waits();
        }
      }
      return mayBegin(lease) ? Optional.of(occupy(lease)) : Optional.empty();
    }
  }

  /** RootCoord takes nothing from members that are gone, so it waits for none to come back. */
  private boolean mayBegin(Lease lease) {
    boolean others = role == Role.ROOTCOORD || membership.isSettled();
    return lease.held() && membership.held() && others;
  }

  private Occupant occupy(Lease lease) {
    @Nullable Occupant occupant = null;
    try {
      long term = membership.term();
      Standing standing = () -> lease.held() && membership.heldSince(term);
      occupant = election.won(standing);
      LOG.log(INFO, "seat taken {0}, member {1}", role.word(), membership.id());
      while (standing.held() && !closed(LOOK_MILLIS)) {
        // works
      }
      return occupant;
    } finally {
      if (occupant != null) {
        occupant.close();
      }
      LOG.log(INFO, "seat left {0}, member {1}", role.word(), membership.id());
    }
  }

  private boolean closed() {
    return closing.getCount() == 0;
  }

  private boolean closed(long withinMillis) {
    try {
      return closing.await(withinMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      closing.countDown();
      return true;
    }
  }

  /** Asks for what {@link #close} does, and does not wait for it. */
  public void resign() {
    closing.countDown();
  }

  /** Dismisses the occupant, then gives the seat, or the place in the queue, back. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
