package io.elanus.node.streaming;

import io.elanus.log.Log;
import io.elanus.log.LogStore;
import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.read.ReadThreads;
import io.elanus.node.read.SegmentReads;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord.Grant;
import io.elanus.roles.Directory;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.RowBatch;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

/**
 * The streaming node. {@link #start} takes channels over; after that every call finds the channel's
 * owner and lets its loop do what changes state. All methods may be called from many threads.
 */
public final class LeaderNode implements StreamingNode, AutoCloseable {
  /**
   * What the node works with; none of it is closed by the node.
   *
   * @param reads for reads of growing rows, shared with the query node of the process
   * @param fanOut virtual threads, for calls to further query nodes
   * @param background for flushes; of low priority
   * @param build for graphs over growing rows; of low priority, interrupted to stop
   * @param clock tells the age of pinned reads
   * @param alarm wakes a channel whose growing rows get too old
   */
  public record Tools(
      LogStore logs,
      SegmentObjects files,
      DeleteObjects deleteFiles,
      Directory directory,
      ReadThreads reads,
      ExecutorService fanOut,
      ExecutorService background,
      ExecutorService build,
      InstantSource clock,
      Alarm alarm) {}

  private final long nodeId;
  private final StreamingConfig config;
  private final Tools tools;
  private final Oracle oracle;
  private final MemoryBudget budget;
  private final ShardOpener opener;
  private final ShardReads reads;
  private final GraphUpkeep graphs;
  private final Map<String, ChannelOwner> owners = new ConcurrentHashMap<>();

  public LeaderNode(long nodeId, StreamingConfig config, Tools tools) {
    this.nodeId = nodeId;
    this.config = config;
    this.tools = tools;
    this.oracle = new Oracle(tools.directory());
    this.budget = new MemoryBudget(config.memory().bytes(), config.memory().patience());
    this.opener = new ShardOpener(tools.directory(), oracle, config);
    this.graphs = new GraphUpkeep(tools.directory(), tools.build());
    this.reads =
        new ShardReads(
            tools.directory(),
            new SegmentReads(tools.reads()),
            tools.fanOut(),
            new Retention(config.reach().past(), tools.clock()));
  }

  /** Takes these physical channels over: fences older owners, replays, and begins to serve. */
  public void start(List<String> physicalChannels) {
    physicalChannels.forEach(this::takeOver);
  }

  private void takeOver(String physicalChannel) {
    Grant grant = tools.directory().dataCoord().grant(physicalChannel, nodeId);
    Log log = tools.logs().open(physicalChannel);
    log.fence(grant.epoch());
    RequestMemory requests = new RequestMemory(config.remembered().requests());
    Recovery recovery = new Recovery(log, grant, opener, budget, requests);
    List<Shard> shards = recovery.replay();
    ChannelOwner owner =
        new ChannelOwner(
            new ChannelOwner.Parts(
                physicalChannel,
                grant.epoch(),
                grant.checkpoint(),
                new ChannelLog(
                    log, grant.epoch(), config.appends().recordBytes(), recovery.lastSequence()),
                shards,
                requests,
                config,
                oracle,
                budget,
                new DeleteForwarder(tools.directory()),
                graphs,
                new Flusher.Tools(
                    tools.directory(),
                    tools.files(),
                    tools.deleteFiles(),
                    tools.background(),
                    tools.alarm())));
    owners.put(physicalChannel, owner);
    owner.start();
  }

  @Override
  public void close() throws InterruptedException {
    for (ChannelOwner owner : owners.values()) {
      owner.stop();
    }
  }

  @Override
  public Outcome write(Write write) {
    ChannelOwner owner = owners.get(Catalogue.physicalChannel(write.channel()));
    if (owner == null) {
      return new ChannelMoved();
    }
    Shard shard = shard(owner, write.channel());
    learnPartitions(owner, shard, write);
    try {
      return submit(owner, shard, write);
    } catch (ElanusException failed) {
      if (failed.code() == ErrorCode.SCHEMA_MISMATCH && adopted(owner, shard, write)) {
        return submit(owner, shard, write);
      }
      throw failed;
    }
  }

  /** A partition that is new to the shard is looked up once; one that is not there is refused. */
  private void learnPartitions(ChannelOwner owner, Shard shard, Write write) {
    boolean known =
        write.inserts().stream().allMatch(rows -> shard.hasPartition(rows.partitionId()));
    if (!known) {
      owner.drops().learn(() -> opener.partitions(shard.channel()), shard::learn);
    }
  }

  private Outcome submit(ChannelOwner owner, Shard shard, Write write) {
    WriteRequest request = WriteRequest.of(write, shard);
    try {
      budget.acquire(request.bytes());
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
    owner.submit(request);
    return await(request.outcome());
  }

  /** Whether the rows were made for what the catalogue says, and the shard lagged behind it. */
  private boolean adopted(ChannelOwner owner, Shard shard, Write write) {
    Optional<Catalogue.Collection> collection = opener.collection(shard.channel());
    if (collection.isEmpty() || collection.get().schema().version() != write.schemaVersion()) {
      return false;
    }
    CollectionSchema schema = collection.get().schema();
    await(owner.inLoop(() -> owner.commands().changeSchema(shard, schema)));
    return true;
  }

  @Override
  public Reads.Hits search(String channel, Reads.Search search) {
    ChannelOwner owner = owner(channel);
    return reads.search(owner, loaded(owner, channel), search);
  }

  @Override
  public Reads.Found query(String channel, Reads.Query query) {
    ChannelOwner owner = owner(channel);
    return reads.query(owner, loaded(owner, channel), query);
  }

  @Override
  public RowBatch fetch(String channel, Reads.Fetch fetch) {
    ChannelOwner owner = owner(channel);
    return reads.fetch(owner, loaded(owner, channel), fetch);
  }

  @Override
  public Switched switchView(Segments.View view) {
    ChannelOwner owner = owner(view.channel());
    Shard shard = shard(owner, view.channel());
    Set<Long> covered = Lineage.covered(shard, view, tools.directory().dataCoord());
    return await(owner.inLoop(() -> owner.commands().switchView(shard, view, covered)));
  }

  @Override
  public void dropView(String channel) {
    inShard(channel, (owner, shard) -> owner.commands().dropView(shard), false);
  }

  @Override
  public Sealed seal(String channel) {
    ChannelOwner owner = owner(channel);
    return owner
        .shard(channel)
        .map(shard -> await(owner.inLoop(() -> owner.commands().seal(shard))))
        .orElseGet(() -> new Sealed(List.of(), oracle.timestamps(1), owner.log().endPosition()));
  }

  @Override
  public boolean flushedUpTo(String channel, long timestamp) {
    return inShard(channel, (owner, shard) -> owner.commands().flushedUpTo(shard, timestamp), true);
  }

  @Override
  public List<Segments.Segment> growing(String channel) {
    return owner(channel)
        .shard(channel)
        .map(shard ->
            shard.unflushed().stream()
                .filter(growing -> growing.rows() > 0)
                .map(Growing::describe)
                .toList())
        .orElse(List.of());
  }

  @Override
  public void changeSchema(String channel, CollectionSchema schema) {
    inShard(channel, (owner, shard) -> owner.commands().changeSchema(shard, schema), false);
  }

  @Override
  public void dropShard(String channel) {
    owner(channel).drops().tell(() -> {}); // before the look whether the shard is there
    inShard(channel, (owner, shard) -> owner.commands().drop(shard), false);
    owner(channel).flusher().awaitPublication();
  }

  @Override
  public void dropPartition(String channel, long partitionId) {
    ChannelOwner owner = owner(channel);
    owner.drops().tell(() -> owner.shard(channel).ifPresent(shard -> shard.unlearn(partitionId)));
    inShard(channel, (own, shard) -> own.commands().dropPartition(shard, partitionId), false);
    owner.flusher().awaitPublication();
  }

  @Override
  public void truncate(String channel, long timestamp) {
    inShard(channel, (owner, shard) -> owner.commands().truncate(shard, timestamp), false);
    owner(channel).flusher().awaitPublication();
  }

  @Override
  public List<String> ailments() {
    return owners.values().stream().flatMap(owner -> owner.ailments().stream()).toList();
  }

  private interface ShardTask<T> {
    T run(ChannelOwner owner, Shard shard);
  }

  /** A shard that nobody wrote to, read or loaded has nothing to change. */
  private <T> T inShard(String channel, ShardTask<T> task, T otherwise) {
    ChannelOwner owner = owner(channel);
    Optional<Shard> shard = owner.shard(channel);
    return shard.isEmpty() ? otherwise : await(owner.inLoop(() -> task.run(owner, shard.get())));
  }

  private ChannelOwner owner(String channel) {
    ChannelOwner owner = owners.get(Catalogue.physicalChannel(channel));
    if (owner == null) {
      throw new ElanusException(
              ErrorCode.CHANNEL_NOT_AVAILABLE, "the channel is not owned by this node")
          .with("channel", channel)
          .with("node", nodeId);
    }
    return owner;
  }

  private Shard shard(ChannelOwner owner, String channel) {
    return owner
        .shard(channel)
        .orElseGet(() -> owner.drops().learn(() -> opener.open(channel), owner::install));
  }

  private static Shard loaded(ChannelOwner owner, String channel) {
    return owner
        .shard(channel)
        .orElseThrow(() ->
            new ElanusException(ErrorCode.COLLECTION_NOT_LOADED)
                .with("collection", Catalogue.collectionId(channel)));
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ElanusException known) {
        throw known;
      }
      throw new ElanusException(
          ErrorCode.UNEXPECTED, String.valueOf(failed.getCause()), failed.getCause());
    }
  }

  private static ElanusException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ElanusException(ErrorCode.CANCELLED, "the call was interrupted", cause);
  }
}
