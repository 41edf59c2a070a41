package io.elanus.node.streaming;

import io.elanus.log.LogStore;
import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.read.ReadThreads;
import io.elanus.node.read.SegmentReads;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.Standing;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.RowBatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The streaming node. {@link #own} takes a channel over; after that every call finds the channel's
 * owner and lets its loop do what changes state. All methods may be called from many threads.
 */
public final class LeaderNode implements StreamingNode, AutoCloseable {
  /**
   * What the node works with; none of it is closed by the node.
   *
   * @param reads for reads of growing rows, shared with the query node of the process
   * @param fanOut virtual threads, for calls to further query nodes
   * @param background for flushes; of low priority
   * @param graphs for graphs over growing rows; of low priority, interrupted to stop
   * @param clock tells the age of pinned reads
   * @param alarm wakes a channel whose growing rows get too old, or that failed
   * @param standing of the node among those that may own channels
   */
  public record Tools(
      LogStore logs,
      SegmentObjects files,
      DeleteObjects deleteFiles,
      Directory directory,
      ReadThreads reads,
      ExecutorService fanOut,
      ExecutorService background,
      ExecutorService graphs,
      InstantSource clock,
      Alarm alarm,
      Standing standing) {}

  private static final Duration LOG_ANSWERS_WITHIN = Duration.ofSeconds(2);

  private final long nodeId;
  private final Tools tools;
  private final Standing standing;
  private final StreamingConfig.Retakes retakes;
  private final Directory directory;
  private final Oracle oracle;
  private final ShardOpener opener;
  private final Takeover takeover;
  private final ShardWrites writes;
  private final ShardReads reads;
  private final Map<String, HeldChannel> channels = new ConcurrentHashMap<>();

  public LeaderNode(long nodeId, StreamingConfig config, Tools tools) {
    this.nodeId = nodeId;
    this.tools = tools;
    this.standing = tools.standing();
    this.retakes = config.retakes();
    this.directory = tools.directory();
    this.oracle = new Oracle(directory, tools.clock(), tools.fanOut());
    MemoryBudget budget = new MemoryBudget(config.memory().bytes(), config.memory().patience());
    Unreached unreached = new Unreached(nodeId, directory, tools.alarm());
    this.opener = new ShardOpener(directory, oracle, config);
    this.takeover = new Takeover(nodeId, config, tools, oracle, budget, opener, unreached);
    SchemaLag lag = new SchemaLag(opener);
    this.writes = new ShardWrites(opener, lag, budget);
    this.reads =
        new ShardReads(
            directory,
            unreached,
            lag,
            new SegmentReads(tools.reads()),
            tools.fanOut(),
            new Retention(config.reach().past(), tools.clock()));
  }

  @Override
  public void own(String physicalChannel) {
    channels.computeIfAbsent(physicalChannel, this::channel).own();
  }

  /** The log of the channel is open, and followed, from now on; its takeover is rehearsed. */
  @Override
  public void prepare(String physicalChannel) {
    takeover.rehearse(physicalChannel);
  }

  /**
   * The node's place was lost and is got again. Channels that are still its own by these grants go
   * on as they are; the others are no more before this returns, and let go soon after. To be called
   * in the new term, before it counts.
   *
   * @param epochs by physical channel, of the grants to this node that stand in the new term
   */
  public void resume(Map<String, Long> epochs) {
    channels.forEach((name, channel) -> channel.resume(epochs.getOrDefault(name, 0L)));
  }

  private HeldChannel channel(String physicalChannel) {
    return new HeldChannel(
        physicalChannel, nodeId, takeover, tools, new RetakePauses(retakes, tools.clock()));
  }

  @Override
  public long lighten(String physicalChannel) {
    return held(physicalChannel).map(ChannelOwner::lighten).orElse(0L);
  }

  @Override
  public void leave(String physicalChannel) {
    HeldChannel channel = channels.get(physicalChannel);
    if (channel != null) {
      channel.leave();
    }
  }

  /**
   * Ends every channel, also when the caller is interrupted: what the loops work on may be closed
   * when this returns. The interrupt is kept.
   */
  @Override
  public void close() {
    channels.values().forEach(HeldChannel::close);
  }

  @Override
  public Outcome write(Write write) {
    long term = standing.term();
    Optional<ChannelOwner> owner = soon(Catalogue.physicalChannel(write.channel()));
    if (owner.isEmpty()) {
      return new ChannelMoved();
    }
    Outcome outcome = writes.write(owner.get(), shard(owner.get(), write.channel()), write);
    // what was written all the same, the next owner finds in the log, and answers with it
    return standing.heldSince(term) ? outcome : new ChannelMoved();
  }

  @Override
  public Tick tick(String physicalChannel, long timestamp) {
    return answer(() -> {
      try {
        return soon(physicalChannel).orElseThrow(() -> notOwned(physicalChannel)).tick(timestamp);
      } catch (InterruptedException interrupted) {
        throw ChannelOwner.interrupted(interrupted);
      }
    });
  }

  @Override
  public Reads.Hits search(String channel, Reads.Search search) {
    return answer(channel, owner -> reads.search(owner, loaded(owner, channel), search));
  }

  @Override
  public Reads.Found query(String channel, Reads.Query query) {
    return answer(channel, owner -> reads.query(owner, loaded(owner, channel), query));
  }

  @Override
  public RowBatch fetch(String channel, Reads.Fetch fetch) {
    return answer(channel, owner -> reads.fetch(owner, loaded(owner, channel), fetch));
  }

  @Override
  public Switched switchView(Segments.View view) {
    return answer(
        view.channel(),
        owner -> {
          Shard shard = shard(owner, view.channel());
          Set<Long> covered = Lineage.covered(shard, view, directory.dataCoord());
          return owner.ask(commands -> commands.switchView(shard, view, covered));
        });
  }

  @Override
  public void dropView(String channel) {
    inShard(channel, ShardCommands::dropView, false);
  }

  @Override
  public Sealed seal(String channel) {
    return answer(
        channel,
        owner ->
            owner
                .shards()
                .find(channel)
                .map(shard -> owner.ask(commands -> commands.seal(shard)))
                .orElseGet(() -> new Sealed(List.of(), oracle.timestamps(1), owner.endPosition())));
  }

  @Override
  public boolean flushedUpTo(String channel, long timestamp) {
    return inShard(channel, (commands, shard) -> commands.flushedUpTo(shard, timestamp), true);
  }

  @Override
  public List<Segments.Segment> growing(String channel) {
    return answer(
        channel,
        owner ->
            owner.shards().find(channel).stream()
                .flatMap(found -> found.unflushed().stream())
                .filter(growing -> growing.rows() > 0)
                .map(Growing::describe)
                .toList());
  }

  @Override
  public void changeSchema(String channel, CollectionSchema schema) {
    inShard(channel, (commands, shard) -> commands.changeSchema(shard, schema), false);
  }

  @Override
  public void dropShard(String channel) {
    owner(channel).shards().drops().tell(() -> {}); // before the look whether the shard is there
    inShard(channel, ShardCommands::drop, false);
    owner(channel).awaitPublication();
  }

  @Override
  public void dropPartition(String channel, long partitionId) {
    ChannelOwner owner = owner(channel);
    HeldShards shards = owner.shards();
    shards.drops().tell(() -> shards.find(channel).ifPresent(held -> held.unlearn(partitionId)));
    inShard(channel, (commands, shard) -> commands.dropPartition(shard, partitionId), false);
    owner.awaitPublication();
  }

  @Override
  public void truncate(String channel, long timestamp) {
    inShard(channel, (commands, shard) -> commands.truncate(shard, timestamp), false);
    owner(channel).awaitPublication();
  }

  /** Flushed rows that are served from memory until a view has them with their index. */
  public long keptRows() {
    return owners().flatMap(owner -> owner.shards().kept().stream()).mapToLong(Growing::rows).sum();
  }

  @Override
  public boolean reachesLog() {
    return tools.logs().reachable(LOG_ANSWERS_WITHIN);
  }

  @Override
  public List<Held> held() {
    return owners().map(ChannelOwner::describe).toList();
  }

  @Override
  public List<String> ailments() {
    return owners().flatMap(owner -> owner.ailments().stream()).toList();
  }

  private Stream<ChannelOwner> owners() {
    return channels.values().stream().flatMap(channel -> channel.owner().stream());
  }

  private Optional<ChannelOwner> held(String physicalChannel) {
    HeldChannel channel = channels.get(physicalChannel);
    return channel == null ? Optional.empty() : channel.owner();
  }

  /** Also of a channel that is just being taken over. */
  private Optional<ChannelOwner> soon(String physicalChannel) {
    HeldChannel channel = channels.get(physicalChannel);
    return channel == null ? Optional.empty() : channel.ownerSoon();
  }

  private interface ShardTask<T> {
    T run(ShardCommands commands, Shard shard);
  }

  /** A shard that nobody wrote to, read or loaded has nothing to change. */
  private <T> T inShard(String channel, ShardTask<T> task, T otherwise) {
    return answer(
        channel,
        owner -> {
          Optional<Shard> shard = owner.shards().find(channel);
          return shard.isEmpty()
              ? otherwise
              : owner.ask(commands -> task.run(commands, shard.get()));
        });
  }

  /**
   * What an owner says counts only if it could not have been replaced before it began. It is looked
   * for in the term in which it answers: a later one may know it no more.
   */
  private <T> T answer(String channel, Function<ChannelOwner, T> work) {
    return answer(() -> work.apply(owner(channel)));
  }

  private <T> T answer(Supplier<T> work) {
    return standing.through(work);
  }

  private ChannelOwner owner(String channel) {
    return soon(Catalogue.physicalChannel(channel)).orElseThrow(() -> notOwned(channel));
  }

  private ElanusException notOwned(String channel) {
    return new ElanusException(
            ErrorCode.CHANNEL_NOT_AVAILABLE, "the channel is not owned by this node")
        .with("channel", channel)
        .with("node", nodeId);
  }

  private Shard shard(ChannelOwner owner, String channel) {
    HeldShards shards = owner.shards();
    return shards
        .find(channel)
        .orElseGet(() -> shards.drops().learn(() -> opener.open(channel), shards::install));
  }

  private static Shard loaded(ChannelOwner owner, String channel) {
    return owner
        .shards()
        .find(channel)
        .orElseThrow(() ->
            new ElanusException(ErrorCode.COLLECTION_NOT_LOADED)
                .with("collection", Catalogue.collectionId(channel)));
  }
}
