package io.elanus.node.streaming;

import io.elanus.log.Log;
import io.elanus.roles.DataCoord.Grant;
import java.util.List;

/**
 * Takes physical channels over for a node: asks for the grant, fences older owners, replays the
 * log, and puts the owner together.
 */
final class Takeover {
  private final long nodeId;
  private final StreamingConfig config;
  private final LeaderNode.Tools tools;
  private final Oracle oracle;
  private final MemoryBudget budget;
  private final ShardOpener opener;
  private final Unreached unreached;
  private final GraphUpkeep graphs;

  Takeover(
      long nodeId,
      StreamingConfig config,
      LeaderNode.Tools tools,
      Oracle oracle,
      MemoryBudget budget,
      ShardOpener opener,
      Unreached unreached) {
    this.unreached = unreached;
    this.nodeId = nodeId;
    this.config = config;
    this.tools = tools;
    this.oracle = oracle;
    this.budget = budget;
    this.opener = opener;
    this.graphs =
        new GraphUpkeep(
            tools.directory(), tools.graphs(), tools.alarm(), config.graphs().calmAfterReplay());
  }

  /**
   * The owner, not started yet.
   *
   * @param fenced is run when no older owner can append any more
   * @param whenFailed is told when only another takeover helps
   */
  ChannelOwner of(String physicalChannel, Runnable fenced, Runnable whenFailed) {
    Grant grant = tools.directory().dataCoord().grant(physicalChannel, nodeId);
    LogWatch watch = LogWatch.of(nodeId, tools, config.retakes());
    Log log = fenced(physicalChannel, grant.epoch(), watch);
    fenced.run();
    RequestMemory requests = new RequestMemory(config.remembered().requests());
    Recovery recovery = new Recovery(log, grant, opener, budget, requests);
    List<Shard> shards = recovery.replay();
    oracle.see(recovery.lastTimestamp());
    graphs.rest();
    Ownership ownership = new Ownership(physicalChannel, grant.epoch(), whenFailed);
    return new ChannelOwner(
        new ChannelOwner.Parts(
            ownership,
            new ChannelLog(
                log, ownership, config.appends().recordBytes(), watch, recovery.lastSequence()),
            shards,
            requests,
            grant.checkpoint(),
            config,
            oracle,
            budget,
            new DeleteForwarder(tools.directory(), unreached, tools.fanOut()),
            graphs,
            new FlushWork.Tools(
                tools.directory(),
                tools.files(),
                tools.deleteFiles(),
                tools.background(),
                config.flushAt().retry()),
            tools.alarm()));
  }

  private Log fenced(String physicalChannel, long epoch, LogWatch watch) {
    watch.begins();
    try {
      Log log = tools.logs().open(physicalChannel);
      log.fence(epoch);
      return log;
    } finally {
      watch.ends();
    }
  }
}
