package io.elanus.node.streaming;

import io.elanus.node.streaming.ChannelLog.Placed;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Writes groups: one range of timestamps, one append with one force, then what was appended is
 * applied, and only then the tick advances and the callers are told. Used by the channel's loop.
 */
final class GroupCommit implements ChannelLoop.Writer {
  private final ChannelLog log;
  private final Ownership ownership;
  private final ReadGate gate;
  private final Flusher flusher;
  private final AppendRate rate;
  private final WriteGroup.Tools tools;

  GroupCommit(
      ChannelLog log,
      Ownership ownership,
      ReadGate gate,
      Flusher flusher,
      AppendRate rate,
      WriteGroup.Tools tools) {
    this.log = log;
    this.ownership = ownership;
    this.gate = gate;
    this.flusher = flusher;
    this.rate = rate;
    this.tools = tools;
  }

  @Override
  public void write(List<WriteRequest> requests, BooleanSupplier idle) {
    gate.groupBegins();
    Optional<WriteGroup> written;
    try {
      written = write(requests);
    } finally {
      gate.groupApplied();
    }
    written.ifPresent(group -> {
      group.acknowledge();
      flusher.consider();
      if (idle.getAsBoolean()) {
        group.makeRoom();
      }
    });
  }

  /** The group, once it is applied; empty when all of its callers have been told otherwise. */
  private Optional<WriteGroup> write(List<WriteRequest> requests) {
    Optional<WriteGroup> staged = stage(requests);
    if (staged.isEmpty() || staged.get().batch().isEmpty()) {
      return staged;
    }
    return append(staged.get()).flatMap(placed -> apply(staged.get(), placed));
  }

  /** A failure refuses all of them, whatever it is: the log and the memory are as they were. */
  private Optional<WriteGroup> stage(List<WriteRequest> requests) {
    try {
      WriteGroup group = new WriteGroup(tools, log.batch());
      try {
        tools.oracle().stockIds(); // before the group has timestamps, for which reads wait
        long timestamp = gate.stampGroup(requests.size());
        for (WriteRequest request : requests) {
          group.add(request, timestamp++);
        }
        return Optional.of(group);
      } catch (RuntimeException | Error failed) {
        group.abandon();
        throw failed;
      }
    } catch (RuntimeException | Error failed) {
      ElanusException refusal = known(failed, "writes could not be put together");
      requests.forEach(request -> request.refuse(refusal, tools.budget()));
      return Optional.empty();
    }
  }

  private Optional<Placed> append(WriteGroup group) {
    try {
      Optional<Placed> placed = log.append(group.batch());
      if (placed.isEmpty()) {
        group.moved();
      }
      return placed;
    } catch (RuntimeException | Error failed) {
      ElanusException failure = known(failed, "writes could not be appended");
      ownership.writeFailed(failure);
      group.fail(failure);
      return Optional.empty();
    }
  }

  private Optional<WriteGroup> apply(WriteGroup group, Placed placed) {
    try {
      group.apply(placed);
      rate.add(group.rows(), group.bytes());
      return Optional.of(group);
    } catch (RuntimeException | Error failed) {
      ElanusException failure = known(failed, "writes that are durable could not be applied");
      ownership.applyFailed(failure); // before the gate lets a read see a part of the group
      group.failApplied(failure);
      return Optional.empty();
    }
  }

  private static ElanusException known(Throwable failed, String otherwise) {
    return failed instanceof ElanusException known
        ? known
        : new ElanusException(ErrorCode.UNEXPECTED, otherwise, failed);
  }
}
