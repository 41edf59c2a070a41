package io.elanus.etcd;

import com.google.protobuf.ByteString;
import io.elanus.metadata.CommitResult;
import io.elanus.metadata.OperationTime;
import io.elanus.metadata.Transaction;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Commits, and finds out what became of those whose answer was lost: a commit is sent again under
 * the same turn of its {@link CommitSlot}, which lets it happen once and tells whether and at which
 * revision it did.
 */
final class EtcdCommits {
  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final CommitSlots slots;
  private final Staging staging;

  EtcdCommits(EtcdConnection connection, EtcdKeys keys, CommitSlots slots, Staging staging) {
    this.connection = connection;
    this.keys = keys;
    this.slots = slots;
    this.staging = staging;
  }

  CommitResult commit(Transaction transaction) {
    var request = new CommitRequest(keys, transaction);
    Optional<String> impossible = request.contradiction();
    if (impossible.isPresent()) {
      return new CommitResult.Conflict(impossible.get());
    }
    Map<String, Long> toSee = request.toBeSeenUnheld();
    Optional<String> conflict = heldOrChanged(toSee);
    if (conflict.isPresent()) {
      return new CommitResult.Conflict(conflict.get());
    }
    return new Commit(request, toSee.keySet()).run();
  }

  /** The first of some keys that is not at its revision, or is so by a lease. */
  private Optional<String> heldOrChanged(Map<String, Long> revisions) {
    if (revisions.isEmpty()) {
      return Optional.empty();
    }
    var read = TxnRequest.newBuilder();
    revisions.keySet().forEach(key -> read.addSuccess(CommitRequest.readMeta(keys.key(key), true)));
    Map<ByteString, KeyValue> existing =
        CommitRequest.read(
            connection.repeat("read revisions", stubs -> stubs.kv().txn(read.build())));
    List<String> against = new ArrayList<>();
    revisions.forEach((key, revision) -> {
      KeyValue kv = existing.getOrDefault(keys.key(key), KeyValue.getDefaultInstance());
      if (kv.getModRevision() != revision || kv.getLease() != 0) {
        against.add(key);
      }
    });
    return against.stream().findFirst();
  }

  /** One commit on its way. */
  private final class Commit {
    private final CommitRequest request;
    private final Set<String> unheld;
    private final OperationTime time = connection.operationTime();
    private CommitSlot slot = slots.take();
    private boolean hasSlot = true;
    private @Nullable StagedValues staged;

    /** An attempt is with the server. */
    private boolean sent;

    /** An earlier attempt may have happened, or may still happen. */
    private boolean doubtful;

    Commit(CommitRequest request, Set<String> unheld) {
      this.request = request;
      this.unheld = new HashSet<>(unheld);
    }

    CommitResult run() {
      CommitResult result = null;
      try {
        while (result == null) {
          try {
            result = attempt();
          } catch (StatusException failure) {
            endOrGoOn(failure);
          }
        }
        return result;
      } finally {
        finish(result);
      }
    }

    private void finish(@Nullable CommitResult result) {
      if (hasSlot && doubtful && result == null) {
        slots.lose();
      } else if (hasSlot) {
        slots.give(slot);
      }
      if (staged != null && result instanceof CommitResult.Conflict) {
        staging.discard(staged);
      } else if (staged != null && result == null) {
        staging.abandon(staged);
      }
    }

    /** The result, or null when the commit has to be sent again. */
    private @Nullable CommitResult attempt() throws StatusException {
      StagedValues inFront = staged();
      TxnRequest sending = request.build(slot, inFront, unheld);
      sent = true;
      TxnResponse answer = connection.once(time, stubs -> stubs.kv().txn(sending));
      sent = false;
      if (answer.getSucceeded()) {
        return committed(answer.getHeader().getRevision());
      }
      return judge(CommitRequest.read(answer), inFront);
    }

    private StagedValues staged() throws StatusException {
      StagedValues known = staged;
      if (known == null) {
        known = staging.stage(request.tooLong(), slot.session(), time);
        staged = known;
      }
      return known;
    }

    private CommitResult committed(long revision) {
      slot.written(revision);
      return new CommitResult.Committed(revision);
    }

    private @Nullable CommitResult judge(Map<ByteString, KeyValue> existing, StagedValues inFront)
        throws StatusException {
      KeyValue taken = existing.getOrDefault(slot.key(), KeyValue.getDefaultInstance());
      if (CommitSlot.isOf(slot.turn(), taken)) {
        return committed(taken.getModRevision());
      }
      if (!slot.isAt(taken.getModRevision())) {
        beginAnew(null);
        return null;
      }
      Optional<String> conflict = request.conflict(existing);
      if (conflict.isPresent()) {
        return doubtful ? settled(conflict.get()) : new CommitResult.Conflict(conflict.get());
      }
      staging.discard(inFront);
      staged = null;
      if (time.leftNanos() == 0) {
        throw new ElanusException(
            ErrorCode.UNAVAILABLE, "etcd loses parts as soon as they are written");
      }
      return null;
    }

    /**
     * Takes the slot's next turn, so that no earlier attempt can happen any more, before the
     * conflict is told.
     */
    private CommitResult settled(String conflict) throws StatusException {
      long commit = slot.turn();
      slot.nextTurn();
      var fence =
          TxnRequest.newBuilder()
              .addCompare(slot.isUnchanged())
              .addSuccess(slot.take())
              .addFailure(CommitRequest.readMeta(slot.key(), false))
              .build();
      while (true) {
        try {
          TxnResponse answer = connection.once(time, stubs -> stubs.kv().txn(fence));
          if (answer.getSucceeded()) {
            slot.written(answer.getHeader().getRevision());
            return new CommitResult.Conflict(conflict);
          }
          KeyValue taken =
              CommitRequest.read(answer).getOrDefault(slot.key(), KeyValue.getDefaultInstance());
          if (CommitSlot.isOf(commit, taken)) {
            return committed(taken.getModRevision());
          }
          if (!CommitSlot.isOf(slot.turn(), taken)) {
            throw EtcdErrors.unknownOutcome(null, connection.endpoint());
          }
          slot.written(taken.getModRevision());
          return new CommitResult.Conflict(conflict);
        } catch (StatusException failure) {
          if (!EtcdErrors.isPassing(failure) || !time.pause()) {
            throw EtcdErrors.unknownOutcome(failure, connection.endpoint());
          }
        }
      }
    }

    /** The session, and with it slot and marker, is gone. */
    private void beginAnew(@Nullable StatusException failure) {
      slots.sessionLost(slot.session());
      if (doubtful) {
        throw EtcdErrors.unknownOutcome(failure, connection.endpoint());
      }
      slots.lose();
      hasSlot = false;
      slot = slots.take();
      hasSlot = true;
      staged = null;
    }

    private void endOrGoOn(StatusException failure) {
      if (EtcdErrors.isLeaseGone(failure)) {
        sent = false;
        beginAnew(failure);
        return;
      }
      doubtful |= sent && !EtcdErrors.isCertainlyUndone(failure);
      sent = false;
      if (!doubtful) {
        connection.checkOpen();
      }
      if (connection.isClosed() || !EtcdErrors.isPassing(failure) || !time.pause()) {
        throw doubtful
            ? EtcdErrors.unknownOutcome(failure, connection.endpoint())
            : EtcdErrors.of(failure, "commit", connection.endpoint());
      }
    }
  }
}
