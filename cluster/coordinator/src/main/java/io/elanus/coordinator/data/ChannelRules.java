package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.DataCoord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who owns a physical channel.
 *
 * <p>A channel goes to another node only after its last owner left it, or is no longer among the
 * nodes that are there; whoever is not, has lost its standing by then. An owner that takes its
 * place again reads afterwards what was granted, and a grant that does not know of it yet is not
 * committed: each of the two sees the other, or comes first. The log's epoch alone would keep the
 * old owner from writing, but it would not learn of that before it writes, and could answer reads
 * from memory that lacks what the new owner acknowledged.
 */
final class ChannelRules {
  private ChannelRules() {}

  /**
   * The next owner's epoch. Two nodes never take turns: while one of them owns the channel and is
   * there, the other one is refused with CHANNEL_NOT_AVAILABLE, whoever told it to ask.
   *
   * @param nodes that are there
   * @param places of nodes in metadata
   */
  static Decision<DataEntry, DataCoord.Grant> grant(
      DataState state, String physicalChannel, long nodeId, Set<Long> nodes, NodePlaces places) {
    Optional<DataEntry.Channel> before = state.channel(physicalChannel);
    long owner = before.map(DataEntry.Channel::owner).orElse(DataEntry.Channel.NOBODY);
    if (owner != nodeId && nodes.contains(owner)) {
      throw new ElanusException(
              ErrorCode.CHANNEL_NOT_AVAILABLE,
              "the channel's owner is another node, which is there")
          .with("channel", physicalChannel)
          .with("owner", owner)
          .with("node", nodeId);
    }
    long epoch = before.map(DataEntry.Channel::epoch).orElse(0L) + 1;
    long checkpoint = before.map(DataEntry.Channel::checkpoint).orElse(0L);
    var grant =
        new DataCoord.Grant(
            physicalChannel, epoch, checkpoint, state.persistedBeyond(physicalChannel, checkpoint));
    return new Decision<>(
        grant,
        List.of(Change.put(new DataEntry.Channel(physicalChannel, epoch, nodeId, checkpoint))),
        owner == nodeId || owner == DataEntry.Channel.NOBODY ? Set.of() : places.of(owner));
  }

  /**
   * The owner left the channel. Not recorded, and false, when it has taken it anew meanwhile.
   *
   * @param held as it was before the owner was asked to leave
   */
  static Decision<DataEntry, Boolean> left(DataState state, DataEntry.Channel held) {
    DataEntry.Channel now = state.channel(held.name()).orElseThrow();
    if (now.epoch() != held.epoch() || now.owner() != held.owner()) {
      return Decision.answer(false);
    }
    return new Decision<>(
        true,
        List.of(
            Change.put(
                new DataEntry.Channel(
                    now.name(), now.epoch(), DataEntry.Channel.NOBODY, now.checkpoint()))));
  }
}
