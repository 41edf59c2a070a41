package io.elanus.node.streaming;

import io.elanus.node.streaming.ChannelLog.Placed;
import io.elanus.roles.StreamingNode.ChannelMoved;
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
  private final WriteGroup.Tools tools;

  GroupCommit(
      ChannelLog log, Ownership ownership, ReadGate gate, Flusher flusher, WriteGroup.Tools tools) {
    this.log = log;
    this.ownership = ownership;
    this.gate = gate;
    this.flusher = flusher;
    this.tools = tools;
  }

  @Override
  public void write(List<WriteRequest> requests, BooleanSupplier idle) {
    WriteGroup group = new WriteGroup(tools, log.batch());
    gate.groupBegins();
    boolean written;
    try {
      written = write(group, requests);
    } finally {
      gate.groupApplied();
    }
    if (written) {
      group.acknowledge();
      flusher.consider();
      if (idle.getAsBoolean()) {
        group.makeRoom();
      }
    }
  }

  private boolean write(WriteGroup group, List<WriteRequest> requests) {
    try {
      long timestamp = tools.oracle().timestamps(requests.size());
      for (WriteRequest request : requests) {
        group.add(request, timestamp++);
      }
    } catch (ElanusException noTimestamps) {
      requests.forEach(request -> request.refuse(noTimestamps, tools.budget()));
      return false;
    }
    return group.batch().isEmpty() || append(group);
  }

  private boolean append(WriteGroup group) {
    try {
      Optional<Placed> placed = log.append(group.batch());
      if (placed.isEmpty()) {
        group.answerAll(new ChannelMoved());
        return false;
      }
      group.apply(placed.get());
      return true;
    } catch (ElanusException failed) {
      return failed(group, failed);
    } catch (RuntimeException | Error bug) {
      return failed(
          group, new ElanusException(ErrorCode.UNEXPECTED, "a write could not be applied", bug));
    }
  }

  private boolean failed(WriteGroup group, ElanusException failure) {
    ownership.writeFailed(failure);
    group.fail(failure);
    return false;
  }
}
