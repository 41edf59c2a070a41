package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node may speak for a channel: as long as no newer owner has the log and what is in
 * memory agrees with it. Changed by the channel's loop and by whoever ends it, read by anyone.
 */
final class Ownership {
  private static final System.Logger LOG = System.getLogger(Ownership.class.getName());

  private enum State {
    HELD,
    /** A newer epoch owns the log. */
    MOVED,
    /** What is in memory may lag behind what is durable; only a new owner can tell. */
    POISONED,
    /** In memory is a part of a group that is durable; only replay makes it whole. */
    TORN,
    /** Given up for another node. */
    LEFT,
    ENDED
  }

  private final String physicalChannel;
  private final long epoch;
  private final Runnable whenFailed;
  private volatile State state = State.HELD;

  /** Why the last append failed, if it did. */
  private volatile @Nullable ElanusException appendFailure;

  /**
   * @param whenFailed is told, perhaps repeatedly, that only another takeover helps
   */
  Ownership(String physicalChannel, long epoch, Runnable whenFailed) {
    this.physicalChannel = physicalChannel;
    this.epoch = epoch;
    this.whenFailed = whenFailed;
  }

  String physicalChannel() {
    return physicalChannel;
  }

  long epoch() {
    return epoch;
  }

  /** Whether writes are taken. */
  boolean held() {
    return state == State.HELD;
  }

  /** Whether another owner should be asked. */
  boolean moved() {
    return state == State.MOVED || state == State.LEFT;
  }

  void appended() {
    appendFailure = null;
  }

  /** Nothing of the group is in memory. Only a full disk leaves log and memory agreeing. */
  void writeFailed(ElanusException failed) {
    appendFailure = failed;
    if (failed.code() != ErrorCode.DISK_LIMIT && held()) {
      state = State.POISONED;
      whenFailed.run();
      LOG.log(ERROR, "writes to channel " + physicalChannel + " end: the log failed", failed);
    }
  }

  /** What was appended is in memory in part: neither writes nor reads. */
  void applyFailed(ElanusException failed) {
    appendFailure = failed;
    state = State.TORN;
    whenFailed.run();
    LOG.log(ERROR, "channel " + physicalChannel + " ends: an append was not applied", failed);
  }

  void loopFailed(Throwable bug) {
    if (held()) {
      state = State.POISONED;
      whenFailed.run();
    }
    LOG.log(ERROR, "the loop of channel " + physicalChannel + " failed", bug);
  }

  void lose() {
    state = State.MOVED;
    whenFailed.run();
    LOG.log(WARNING, "channel {0} has a newer owner than epoch {1}", physicalChannel, epoch);
  }

  /** Another node will be the owner. */
  void leave() {
    if (held()) {
      state = State.LEFT;
    }
  }

  /** No more writes; reads go on until {@link #close}. */
  void end() {
    if (held()) {
      state = State.ENDED;
    }
  }

  /** Neither writes nor reads. */
  void close() {
    if (!moved()) {
      state = State.ENDED;
    }
  }

  /** A superseded owner knows only the past, and a torn one a state that never was. */
  void checkReadable() {
    if (state != State.HELD && state != State.POISONED) {
      throw unavailable();
    }
  }

  ElanusException unavailable() {
    return new ElanusException(
            ErrorCode.CHANNEL_NOT_AVAILABLE,
            state == State.POISONED || state == State.TORN
                ? "the channel's log failed and must be opened anew"
                : "the channel is not owned here any more")
        .with("channel", physicalChannel);
  }

  /** What keeps the channel from being written, a sentence each. */
  List<String> ailments() {
    List<String> ailments = new ArrayList<>();
    ElanusException failed = appendFailure;
    if (!held()) {
      ailments.add(unavailable().getMessage());
    }
    if (failed != null) {
      ailments.add("channel " + physicalChannel + " cannot be written: " + failed.getMessage());
    }
    return ailments;
  }
}
