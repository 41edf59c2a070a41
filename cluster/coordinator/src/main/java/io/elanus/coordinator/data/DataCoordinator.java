package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Follower;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.OwnTasks;
import io.elanus.coordinator.ledger.Records;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.metadata.MetadataStore;
import io.elanus.objects.ObjectStore;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Directory;
import io.elanus.roles.Segments;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** DataCoord over a metadata store. */
public final class DataCoordinator implements DataCoord, AutoCloseable {
  private static final String RECORDS = "data/";
  private static final long GARBAGE = 0;
  private static final long ORPHANS = 0;

  /** Longer than a node's death leaves a channel without an owner. */
  private static final Duration OWNER_WITHIN = Duration.ofSeconds(8);

  private final Ledger<DataEntry, DataState> ledger;
  private final Tenure tenure;
  private final Directory directory;
  private final NodePlaces places;
  private final LongSupplier wallMillis;
  private final Assignments assignments;
  private final OwnTasks lowPriority;
  private final Compactions compactions;
  private final KeyedTasks followUps;
  private final KeyedTasks garbage;
  private final KeyedTasks orphans;
  private volatile boolean started;

  /** Follows the records, for who may have to take them over. */
  public static Follower follow(MetadataStore store) {
    return Follower.of(store, RECORDS, DataEntry.class);
  }

  /**
   * @param directory is asked only while requests are served
   * @param places of the nodes of the directory
   * @param physicalChannels of the log, for instance {@code elanus-dml_0}
   * @param wallMillis milliseconds since 1970
   * @param lowPriority runs compactions; each blocks a thread of it
   * @param background ends with the coordinator, or before
   */
  public DataCoordinator(
      Records records,
      ObjectStore objects,
      Directory directory,
      NodePlaces places,
      List<String> physicalChannels,
      DataSettings settings,
      LongSupplier wallMillis,
      Executor lowPriority,
      Background background) {
    tenure = records.tenure();
    this.directory = directory;
    this.places = places;
    this.wallMillis = wallMillis;
    ledger = Ledger.open(records, RECORDS, DataEntry.class, new DataState());
    assignments = new Assignments(ledger, directory, physicalChannels, wallMillis, background);
    this.lowPriority = new OwnTasks(lowPriority);
    followUps = new KeyedTasks("following up a publication", background, this::followUp);
    compactions =
        new Compactions(
            ledger,
            directory,
            settings,
            wallMillis,
            this.lowPriority,
            background,
            followUps::request);
    var collector = new Garbage(ledger, objects, directory, settings.retentionMillis(), wallMillis);
    garbage = new KeyedTasks("collecting garbage", background, key -> collector.collect());
    var sweeper = new Orphans(ledger, objects);
    orphans = new KeyedTasks("sweeping orphans", background, key -> sweeper.sweep());
  }

  /**
   * Sees to it from now on that each channel is served by one of the nodes that are there, takes up
   * unfinished compactions, sweeps what earlier processes left unpublished and collects garbage,
   * all in the background. A sole coordinator's nodes own their channels by themselves before.
   */
  public void start() {
    assignments.start(tenure == Tenure.SOLE);
    compactions.resume();
    started = true;
    orphans.request(ORPHANS);
    garbage.request(GARBAGE);
  }

  private void followUp(long collectionId) {
    directory.indexCoord().refresh(collectionId);
    directory.queryCoord().refresh(collectionId);
    compactions.consider(collectionId);
    garbage.request(GARBAGE);
  }

  @Override
  public Grant grant(String physicalChannel, long nodeId) {
    Set<Long> nodes = directory.streamingNodes().keySet();
    Grant grant =
        ledger.decide(state -> ChannelRules.grant(state, physicalChannel, nodeId, nodes, places));
    if (started) {
      orphans.request(ORPHANS); // the last owner's
    }
    return grant;
  }

  @Override
  public Replay replay(String physicalChannel) {
    return ledger.read(state -> {
      long checkpoint =
          state.channel(physicalChannel).map(DataEntry.Channel::checkpoint).orElse(0L);
      return new Replay(checkpoint, state.persistedBeyond(physicalChannel, checkpoint));
    });
  }

  @Override
  public boolean drain(long nodeId) {
    return assignments.drain(nodeId);
  }

  @Override
  public Set<Long> draining() {
    return assignments.draining();
  }

  @Override
  public boolean othersReachLog(long nodeId) {
    return assignments.othersReachLog(nodeId);
  }

  @Override
  public void relieve(long nodeId) {
    assignments.relieve(nodeId);
  }

  @Override
  public List<ChannelState> channels() {
    return assignments.states();
  }

  @Override
  public boolean move(String physicalChannel, long nodeId) {
    return assignments.move(physicalChannel, nodeId);
  }

  @Override
  public void publish(Publish publish) {
    Set<Long> touched = new HashSet<>();
    try {
      for (Publish part : PublicationParts.of(publish)) {
        touched.addAll(
            ledger.decide(state -> PublishRules.decide(state, part, wallMillis.getAsLong())));
      }
    } finally {
      touched.forEach(followUps::request); // a repetition finds nothing new in parts that are there
    }
  }

  @Override
  public List<Segments.Segment> segments(long collectionId) {
    Map<Long, Segments.Segment> segments = new TreeMap<>();
    for (String channel : channels(collectionId)) {
      growing(channel).forEach(segment -> segments.put(segment.id(), segment));
    }
    // asked after the owners: a segment that was flushed meanwhile is seen twice, never not at all
    List<DataEntry.Stored> stored = ledger.read(state -> state.stored(collectionId));
    for (DataEntry.Stored persisted : stored) {
      if (persisted.flushed()) {
        segments.put(persisted.segment().id(), persisted.segment());
      } else {
        segments.remove(persisted.segment().id());
      }
    }
    return new ArrayList<>(segments.values());
  }

  @Override
  public List<Segments.Segment> flushedSegments(long collectionId) {
    return ledger.read(state -> state.flushed(collectionId));
  }

  private List<Segments.Segment> growing(String channel) {
    return directory.ownerOf(channel).growing(channel);
  }

  private List<String> channels(long collectionId) {
    return directory
        .rootCoord()
        .findCollectionById(collectionId)
        .map(Catalogue.Collection::channels)
        .orElse(List.of());
  }

  @Override
  public List<Segments.DeleteFile> deleteFiles(String channel) {
    return ledger.read(state -> state.currentDeletes(channel));
  }

  @Override
  public Flush flush(long collectionId) {
    Catalogue.Collection collection = collection(collectionId);
    List<Long> flushed =
        ledger.read(state -> state.flushed(collectionId)).stream()
            .map(Segments.Segment::id)
            .toList();
    List<Long> sealed = new ArrayList<>();
    Map<String, Long> positions = new LinkedHashMap<>();
    long timestamp = 0;
    for (String channel : collection.channels()) {
      StreamingNode.Sealed ofChannel = directory.ownerOf(channel).seal(channel);
      sealed.addAll(ofChannel.segments());
      positions.put(channel, ofChannel.position());
      timestamp = Math.max(timestamp, ofChannel.timestamp());
    }
    return new Flush(sealed, flushed, timestamp, positions);
  }

  @Override
  public boolean flushed(long collectionId, List<Long> segments, long flushTimestamp) {
    Set<Long> unflushed = new HashSet<>();
    for (String channel : channels(collectionId)) {
      if (flushTimestamp > 0 && !directory.ownerOf(channel).flushedUpTo(channel, flushTimestamp)) {
        return false;
      }
      growing(channel).forEach(segment -> unflushed.add(segment.id()));
    }
    Set<Long> asked = new HashSet<>(segments);
    asked.retainAll(unflushed);
    return ledger.read(
        state -> asked.stream().allMatch(id -> state.stored(collectionId, id).isPresent()));
  }

  @Override
  public Map<Long, Long> rowCounts(long collectionId) {
    Map<Long, Long> rows = new TreeMap<>();
    collection(collectionId).partitions().forEach(partition -> rows.put(partition.id(), 0L));
    segments(collectionId)
        .forEach(segment -> rows.merge(segment.partitionId(), segment.rows(), Long::sum));
    return rows;
  }

  @Override
  public List<String> ailments() {
    List<String> ailments = new ArrayList<>();
    ledger
        .failure()
        .ifPresent(failure -> ailments.add("metadata cannot be written: " + failure.getMessage()));
    for (String channel : assignments.channels()) {
      try {
        directory.ownerOf(channel);
      } catch (ElanusException none) {
        ailments.add("channel " + channel + " has no owner: " + none.getMessage());
      }
    }
    directory
        .streamingNodes()
        .forEach((id, node) -> {
          try {
            ailments.addAll(node.ailments());
          } catch (ElanusException unreachable) {
            ailments.add("streaming node " + id + " does not answer: " + unreachable.getMessage());
          }
        });
    return ailments;
  }

  @Override
  public long compact(long collectionId, Optional<Long> partitionId) {
    return compactions.ask(collection(collectionId), partitionId);
  }

  @Override
  public CompactionState compactionState(long job) {
    return compactions.jobs().state(job);
  }

  private Catalogue.Collection collection(long collectionId) {
    return directory
        .rootCoord()
        .findCollectionById(collectionId)
        .orElseThrow(() ->
            new ElanusException(ErrorCode.COLLECTION_NOT_FOUND).with("collection", collectionId));
  }

  @Override
  public void dropCollection(long collectionId, List<String> channels) {
    ledger.decideRepeatedly(
        state -> DropRules.collection(state, collectionId, channels, wallMillis.getAsLong()));
    for (String channel : channels) {
      directory.ownerOf(channel).dropShard(channel);
    }
    garbage.request(GARBAGE);
  }

  @Override
  public void dropPartition(long collectionId, List<String> channels, long partitionId) {
    ledger.decideRepeatedly(
        state -> DropRules.partition(state, collectionId, partitionId, wallMillis.getAsLong()));
    for (String channel : channels) {
      directory.ownerOf(channel).dropPartition(channel, partitionId);
    }
    garbage.request(GARBAGE);
  }

  @Override
  public void truncate(long collectionId, List<String> channels, long timestamp) {
    for (String channel : channels) {
      atOwner(channel, owner -> owner.truncate(channel, timestamp));
      ledger.decideRepeatedly(state ->
          DropRules.truncation(state, collectionId, channel, timestamp, wallMillis.getAsLong()));
    }
    garbage.request(GARBAGE);
  }

  @Override
  public long truncatedUpTo(String channel) {
    return ledger.read(state -> state.truncatedUpTo(channel));
  }

  @Override
  public void changeSchema(Catalogue.Collection collection) {
    for (String channel : collection.channels()) {
      atOwner(channel, owner -> owner.changeSchema(channel, collection.schema()));
    }
  }

  /** What changes nothing the second time, at whoever owns the channel by then. */
  private void atOwner(String channel, Consumer<StreamingNode> work) {
    long until = System.nanoTime() + OWNER_WITHIN.toNanos();
    while (true) {
      try {
        work.accept(directory.ownerOf(channel));
        return;
      } catch (ElanusException failed) {
        boolean passing =
            failed.code() == ErrorCode.CHANNEL_NOT_AVAILABLE
                || failed.code() == ErrorCode.NOT_READY;
        if (!passing || System.nanoTime() > until) {
          throw failed;
        }
        assignments.pause();
      }
    }
  }

  /**
   * Channels stay where they are, compactions stop; they are left to the next one. The executor and
   * the background stay open; the latter is to be closed afterwards.
   */
  @Override
  public void close() {
    assignments.close();
    lowPriority.close();
  }
}
