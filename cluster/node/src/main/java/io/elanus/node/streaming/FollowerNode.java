package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.log.Log;
import io.elanus.log.LogStore;
import io.elanus.node.read.ReadThreads;
import io.elanus.node.read.SegmentReads;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Directory;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.ShardFollower;
import io.elanus.roles.Standing;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The leader of shards of further replicas: a reader of logs that others write. */
public final class FollowerNode implements ShardFollower, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FollowerNode.class.getName());
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
  private static final long LOG_PATIENCE_NANOS = 5_000_000_000L;
  private static final long LOG_STEP_MILLIS = 5;

  /**
   * What the node works with; none of it is closed by the node.
   *
   * @param reads for reads of growing rows, shared with the query node of the process
   * @param fanOut virtual threads, for calls to query nodes
   * @param graphs for graphs over growing rows; of low priority, interrupted to stop
   * @param standing of the node among the members
   */
  public record Tools(
      LogStore logs,
      Directory directory,
      ReadThreads reads,
      ExecutorService fanOut,
      ExecutorService graphs,
      InstantSource clock,
      Alarm alarm,
      Standing standing) {}

  /** Where a shard is followed; one change at a time. */
  private static final class Place {
    private final ReentrantLock turn = new ReentrantLock();
    private volatile @Nullable FollowedShard followed;
  }

  private final Tools tools;
  private final Directory directory;
  private final MemoryBudget budget;
  private final ShardOpener opener;
  private final ShardReads reads;
  private final GraphUpkeep graphs;
  private final DeleteForwarder forwarder;
  private final FollowerUpkeep upkeep;
  private final AtomicLong ordinals = new AtomicLong();
  private final Map<String, Place> places = new ConcurrentHashMap<>();
  private final Map<String, OwnerTicks> ticks = new ConcurrentHashMap<>();

  public FollowerNode(long nodeId, StreamingConfig config, Tools tools) {
    this.tools = tools;
    directory = tools.directory();
    Unreached unreached = new Unreached(nodeId, directory, tools.alarm());
    budget = new MemoryBudget(config.memory().bytes(), config.memory().patience());
    opener =
        new ShardOpener(directory, new Oracle(directory, tools.clock(), tools.fanOut()), config);
    graphs =
        new GraphUpkeep(
            directory, tools.graphs(), tools.alarm(), config.graphs().calmAfterReplay());
    forwarder = new DeleteForwarder(directory, unreached, tools.fanOut());
    upkeep = new FollowerUpkeep(directory, tools.alarm());
    reads =
        new ShardReads(
            directory,
            unreached,
            new SchemaLag(opener),
            new SegmentReads(tools.reads()),
            tools.fanOut(),
            new Retention(config.reach().past(), tools.clock()));
  }

  @Override
  public long follow(String channel) {
    Place place = places.computeIfAbsent(channel, absent -> new Place());
    place.turn.lock();
    try {
      FollowedShard present = place.followed;
      if (present == null || !present.isWell()) {
        stop(place);
        present = begin(channel);
        place.followed = present;
      }
      return present.ordinal();
    } finally {
      place.turn.unlock();
    }
  }

  /**
   * The log's end is looked at first and the catalogue last: what is in the log by then, the
   * coordinators know of. Deletes that the files hold are told after the position to read from.
   */
  private FollowedShard begin(String channel) {
    String physical = Catalogue.physicalChannel(channel);
    Log log = tools.logs().open(physical);
    long known = log.endPosition();
    DataCoord.Replay replay = directory.dataCoord().replay(physical);
    awaitEnd(log, replay.checkpoint());
    Shard shard = opener.open(channel);
    Set<Long> persisted =
        replay.persisted().stream().map(Segments.Segment::id).collect(Collectors.toSet());
    FollowedShard followed =
        new FollowedShard(
            new FollowedShard.Parts(
                ordinals.incrementAndGet(),
                shard,
                log,
                replay.checkpoint(),
                known,
                ticks.computeIfAbsent(
                    physical,
                    name -> new OwnerTicks(name, directory, tools.clock(), tools.alarm())),
                new RecordReplay(persisted::contains, budget, consequences()),
                new ShardViews(forwarder, graphs),
                forwarder,
                () -> tellSoon(channel, Duration.ZERO)));
    followed.start();
    upkeep.begin(followed);
    return followed;
  }

  /** What the owner published this process may not have read yet. */
  private static void awaitEnd(Log log, long position) {
    long begin = System.nanoTime();
    while (log.endPosition() < position && System.nanoTime() - begin < LOG_PATIENCE_NANOS) {
      try {
        Thread.sleep(LOG_STEP_MILLIS);
      } catch (InterruptedException interrupted) {
        throw ChannelOwner.interrupted(interrupted);
      }
    }
  }

  private RecordReplay.Consequences consequences() {
    return new RecordReplay.Consequences() {
      @Override
      public void deleted(Shard shard, DeleteBuffer.Batch deletes) {
        forwarder.forward(shard, deletes);
      }

      @Override
      public void appended(Growing growing) {
        graphs.consider(growing);
      }
    };
  }

  /** Whoever gave this node the shard gives it another view, once it follows it anew. */
  private void tellSoon(String channel, Duration delay) {
    tools
        .alarm()
        .after(
            delay,
            () -> {
              Place place = places.get(channel);
              FollowedShard followed = place == null ? null : place.followed;
              if (followed == null || followed.isWell()) {
                return;
              }
              try {
                directory.queryCoord().refresh(Catalogue.collectionId(channel));
              } catch (ElanusException later) {
                LOG.log(DEBUG, "nobody is told that a shard is followed no more", later);
              }
              tellSoon(channel, ASK_AGAIN);
            });
  }

  @Override
  public void unfollow(String channel) {
    Place place = places.remove(channel);
    if (place != null) {
      place.turn.lock();
      try {
        stop(place);
      } finally {
        place.turn.unlock();
      }
    }
  }

  private static void stop(Place place) {
    FollowedShard last = place.followed;
    place.followed = null;
    if (last != null) {
      try {
        last.stop();
      } catch (InterruptedException interrupted) {
        throw ChannelOwner.interrupted(interrupted);
      }
    }
  }

  @Override
  public Switched switchView(Segments.View view) {
    FollowedShard followed = followed(view.channel());
    Shard shard = followed.shard();
    List<Segments.Segment> flushed = directory.dataCoord().flushedSegments(shard.collectionId());
    // a segment that is created after a view that has it would be there twice
    long behind =
        flushed.stream()
            .filter(segment -> view.placements().containsKey(segment.id()))
            .mapToLong(Segments.Segment::lastPosition)
            .max()
            .orElse(0);
    return answer(() -> {
      try {
        followed.awaitApplied(behind);
      } catch (InterruptedException interrupted) {
        throw ChannelOwner.interrupted(interrupted);
      }
      Set<Long> covered = Lineage.covered(shard, view, flushed);
      return followed.ask(() -> followed.views().switchTo(shard, view, covered));
    });
  }

  @Override
  public void dropView(String channel) {
    unfollow(channel);
  }

  @Override
  public Reads.Hits search(String channel, Reads.Search search) {
    FollowedShard followed = followed(channel);
    return answer(() -> reads.search(followed, followed.shard(), search));
  }

  @Override
  public Reads.Found query(String channel, Reads.Query query) {
    FollowedShard followed = followed(channel);
    return answer(() -> reads.query(followed, followed.shard(), query));
  }

  @Override
  public RowBatch fetch(String channel, Reads.Fetch fetch) {
    FollowedShard followed = followed(channel);
    return answer(() -> reads.fetch(followed, followed.shard(), fetch));
  }

  private <T> T answer(Supplier<T> work) {
    return tools.standing().through(work);
  }

  private FollowedShard followed(String channel) {
    return Optional.ofNullable(places.get(channel))
        .flatMap(place -> Optional.ofNullable(place.followed))
        .orElseThrow(() ->
            new ElanusException(
                    ErrorCode.CHANNEL_NOT_AVAILABLE, "the shard is not followed by this node")
                .with("channel", channel));
  }

  @Override
  public void close() {
    List.copyOf(places.keySet()).forEach(this::unfollow);
  }
}
