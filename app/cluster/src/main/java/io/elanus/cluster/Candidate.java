package io.elanus.cluster;

import static java.lang.System.Logger.Level.INFO;

import io.elanus.coordinator.ledger.Follower;
import io.elanus.membership.Seat;
import io.elanus.roles.Standing;
import io.elanus.schema.ElanusException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Stands for a seat, and meanwhile follows the records of who has it, where there are many: a
 * takeover need not read them. What is followed is kept in memory beside all else.
 */
final class Candidate implements Seat.Election, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Candidate.class.getName());

  /** Begins to work with what was followed. */
  interface Heir {
    Seat.Occupant sit(Standing standing, Optional<Follower> follower);
  }

  private final Optional<Supplier<Follower>> follow;
  private final Heir heir;
  private Optional<Follower> follower = Optional.empty();

  Candidate(Optional<Supplier<Follower>> follow, Heir heir) {
    this.follow = follow;
    this.heir = heir;
  }

  @Override
  public synchronized void waits() {
    if (follower.isEmpty()) {
      try {
        follower = follow.map(Supplier::get);
      } catch (ElanusException notNow) {
        LOG.log(INFO, "records cannot be followed at present", notNow);
      }
    }
  }

  @Override
  public Seat.Occupant won(Standing standing) {
    try {
      return heir.sit(standing, follower());
    } finally {
      close();
    }
  }

  private synchronized Optional<Follower> follower() {
    return follower;
  }

  @Override
  public synchronized void close() {
    follower.ifPresent(Follower::close);
    follower = Optional.empty();
  }
}
