package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.log.Log;
import io.elanus.roles.DataCoord;
import io.elanus.roles.DataCoord.Grant;
import io.elanus.schema.ElanusException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Takes physical channels over for a node: asks for the grant, fences older owners, replays the
 * log, and puts the owner together.
 */
final class Takeover {
  private static final System.Logger LOG = System.getLogger(Takeover.class.getName());

  private static final long REHEARSED_BYTES = 32 << 20;
  private static final long REHEARSED_FOR_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final long nodeId;
  private final StreamingConfig config;
  private final LeaderNode.Tools tools;
  private final Oracle oracle;
  private final MemoryBudget budget;
  private final ShardOpener opener;
  private final Unreached unreached;
  private final GraphUpkeep graphs;
  private final Map<String, Long> rehearsedNanos = new ConcurrentHashMap<>();

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
    long begun = System.nanoTime();
    Grant grant = tools.directory().dataCoord().grant(physicalChannel, nodeId);
    LogWatch watch = LogWatch.of(nodeId, tools, config.retakes());
    long granted = System.nanoTime();
    Log log = fenced(physicalChannel, grant.epoch(), watch);
    fenced.run();
    long fencedNanos = System.nanoTime();
    RequestMemory requests = new RequestMemory(config.remembered().requests());
    Recovery recovery = new Recovery(log, grant, opener, budget, requests);
    List<Shard> shards = recovery.replay();
    LOG.log(
        DEBUG,
        "channel {0} taken over, epoch {1}: granted in {2} ms, fenced in {3} ms, {4} bytes replayed"
            + " in {5} ms",
        physicalChannel,
        grant.epoch(),
        (granted - begun) / 1_000_000,
        (fencedNanos - granted) / 1_000_000,
        log.endPosition() - grant.checkpoint(),
        (System.nanoTime() - fencedNanos) / 1_000_000);
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

  /**
   * Replays the log as it stands, and lets go of what that makes: what a takeover needs of
   * connections, files and code is at hand then, while the last owner still serves. Of a log that
   * is longer than what owners leave to replay, nothing is read; nor a second time within a while.
   */
  void rehearse(String physicalChannel) {
    Log log = tools.logs().open(physicalChannel);
    long now = System.nanoTime();
    Long last = rehearsedNanos.put(physicalChannel, now);
    if (last != null && now - last < REHEARSED_FOR_NANOS) {
      return;
    }
    log.readyToAppend();
    DataCoord.Replay replay = tools.directory().dataCoord().replay(physicalChannel);
    if (log.endPosition() - replay.checkpoint() <= REHEARSED_BYTES) {
      Grant grant = new Grant(physicalChannel, 0, replay.checkpoint(), replay.persisted());
      RequestMemory requests = new RequestMemory(config.remembered().requests());
      try {
        new Recovery(log, grant, opener, budget, requests).replay().forEach(Shard::close);
      } catch (ElanusException changed) { // the owner cuts its log, for instance
        LOG.log(DEBUG, "a takeover was rehearsed in part", changed);
      }
    }
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
