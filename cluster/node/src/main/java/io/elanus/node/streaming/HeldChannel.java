package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.roles.Directory;
import io.elanus.roles.Standing;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One physical channel of a node: taken over, left, and in between taken anew by itself after it
 * failed, for a log that was away comes back. Who takes over or leaves waits for the one before;
 * the present owner is told at any time.
 */
final class HeldChannel {
  private static final System.Logger LOG = System.getLogger(HeldChannel.class.getName());

  /** Who asks waits no longer for a takeover, which the log may hold up. */
  private static final Duration TAKEN_WITHIN = Duration.ofSeconds(2);

  private final String name;
  private final long nodeId;
  private final Takeover takeover;
  private final Directory directory;
  private final Standing standing;
  private final Alarm alarm;
  private final RetakePauses pauses;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicBoolean retaking = new AtomicBoolean();
  private final AtomicReference<@Nullable Holding> holding = new AtomicReference<>();
  private volatile boolean taking;
  private volatile boolean wanted;
  private volatile boolean closed;

  /**
   * An owner and the term of the node's place in which its grant was seen to stand. In a later one
   * it is nobody until it was seen again, for others may have been granted the channel in between.
   */
  private record Holding(ChannelOwner owner, long term) {}

  HeldChannel(
      String name, long nodeId, Takeover takeover, LeaderNode.Tools tools, RetakePauses pauses) {
    this.name = name;
    this.nodeId = nodeId;
    this.takeover = takeover;
    this.directory = tools.directory();
    this.standing = tools.standing();
    this.alarm = tools.alarm();
    this.pauses = pauses;
  }

  /** Empty before it was taken over, while it is being taken anew, and after it was left. */
  Optional<ChannelOwner> owner() {
    Holding held = holding.get();
    return held != null && held.term() == standing.term()
        ? Optional.of(held.owner())
        : Optional.empty();
  }

  /**
   * The node's place was lost and is got again.
   *
   * @param granted the epoch under which the channel is this node's in the new term; 0: it is not
   */
  void resume(long granted) {
    long term = standing.term();
    Holding held = holding.get();
    if (held == null) {
      return;
    }
    if (held.owner().epoch() == granted) {
      holding.compareAndSet(held, new Holding(held.owner(), term)); // or it was just ended
    } else {
      alarm.after(Duration.ZERO, this::retake);
    }
  }

  /**
   * The same, but of a channel that is just being taken over: then its owner, for which this waits
   * a while. Everybody is told of an owner before it has replayed the log.
   */
  Optional<ChannelOwner> ownerSoon() {
    if (owner().isEmpty() && taking) {
      Waits.begin();
      try {
        if (turn.tryLock(TAKEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
          turn.unlock();
        }
      } catch (InterruptedException interrupted) {
        throw ChannelOwner.interrupted(interrupted);
      }
    }
    return owner();
  }

  void own() {
    turn.lock();
    try {
      if (closed) {
        throw new ElanusException(ErrorCode.UNAVAILABLE, "the node ends").with("channel", name);
      }
      wanted = true;
      takeOver();
    } finally {
      turn.unlock();
    }
  }

  void leave() {
    wanted = false;
    turn.lock();
    try {
      Holding last = holding.get();
      end(ChannelOwner::leave);
      if (last != null) {
        long epoch = last.owner().epoch();
        pauses.longest().ifPresent(pause -> alarm.after(pause, () -> reclaim(epoch)));
      }
    } finally {
      turn.unlock();
    }
  }

  /**
   * Takes a channel again that was left, when by what everybody knows it never was: whoever said so
   * died before it was recorded, or had lost its seat.
   */
  private void reclaim(long epoch) {
    turn.lock();
    try {
      Directory.Owner named = directory.owner(name);
      boolean unrecorded = named.nodeId() == nodeId && named.epoch() == epoch;
      if (unrecorded && !wanted && !closed) {
        LOG.log(WARNING, "channel {0} was left and given to nobody", name);
        wanted = true;
        retakeSoon();
      }
    } catch (ElanusException nobodys) {
      LOG.log(DEBUG, "channel {0} was left: {1}", name, nobodys.getMessage());
    } finally {
      turn.unlock();
    }
  }

  /** For ever. The last owner stays, to tell who comes that it has ended. */
  void close() {
    closed = true;
    wanted = false;
    turn.lock();
    try {
      Holding last = holding.get();
      if (last != null) {
        untilDone(last.owner()::stop);
      }
    } finally {
      turn.unlock();
    }
  }

  /**
   * A failed owner is kept until the log is fenced by the new grant, so that what it has can be
   * read while the log is away; its memory is free before the log is replayed.
   */
  private void takeOver() {
    if (owner().filter(ChannelOwner::isWell).isPresent()) {
      return;
    }
    taking = true;
    try {
      long term = standing.term();
      ChannelOwner next = takeover.of(name, () -> end(ChannelOwner::stop), this::retakeSoon);
      pauses.taken();
      holding.set(new Holding(next, term));
      next.start();
      if (standing.term() != term) {
        retakeSoon(); // granted in an earlier term; this one knows it only if it came to see it
      }
    } finally {
      taking = false;
    }
  }

  private interface Ending {
    void end(ChannelOwner owner) throws InterruptedException;
  }

  private void end(Ending ending) {
    Holding last = holding.getAndSet(null);
    if (last != null) {
      untilDone(() -> ending.end(last.owner()));
    }
  }

  /** The present owner failed, or an attempt to take it anew. */
  private void retakeSoon() {
    pauses
        .next()
        .ifPresent(pause -> {
          if (wanted && retaking.compareAndSet(false, true)) {
            alarm.after(pause, this::retake);
          }
        });
  }

  /** As long as the channel is this node's by what everybody knows. */
  private void retake() {
    retaking.set(false);
    turn.lock();
    try {
      if (!wanted) {
        return;
      }
      standing.check(); // a place that cannot be told at present may be there again later
      if (directory.owner(name).nodeId() == nodeId) {
        takeOver();
      } else {
        LOG.log(WARNING, "channel {0} belongs to another node by now", name);
        wanted = false;
        end(ChannelOwner::stop);
      }
    } catch (ElanusException failed) {
      LOG.log(WARNING, "channel {0} is not taken anew yet: {1}", name, failed.getMessage());
      retakeSoon();
    } catch (RuntimeException | Error bug) {
      LOG.log(WARNING, "channel " + name + " is not taken anew yet", bug);
      retakeSoon();
    } finally {
      turn.unlock();
    }
  }

  private interface Wait {
    void run() throws InterruptedException;
  }

  /** What the owner works on may be closed afterwards, so an interrupt is kept for later. */
  private static void untilDone(Wait wait) {
    boolean interrupted = false;
    boolean done = false;
    while (!done) {
      try {
        wait.run();
        done = true;
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
