package io.elanus.node.fakes;

import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.DataNode;
import io.elanus.roles.Directory;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Segments, delete files, epochs and checkpoints in maps; every change under one lock. */
public final class FakeDataCoord implements DataCoord {
  private volatile boolean othersReachLog;
  private final Directory directory;
  private final Map<Long, Segments.Segment> flushed = new TreeMap<>();
  private final Map<Long, Segments.Segment> dropped = new TreeMap<>();
  private final Map<String, Segments.DeleteFile> deleteFiles = new LinkedHashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private final Map<String, Long> checkpoints = new HashMap<>();
  private final Map<String, Long> truncated = new HashMap<>();
  private int publications;
  private @Nullable Error failure;

  public FakeDataCoord(Directory directory) {
    this.directory = directory;
  }

  @Override
  public synchronized Grant grant(String physicalChannel, long nodeId) {
    long epoch = epochs.merge(physicalChannel, 1L, Long::sum);
    List<Segments.Segment> persisted = new ArrayList<>();
    persisted.addAll(flushed.values());
    persisted.addAll(dropped.values());
    return new Grant(
        physicalChannel, epoch, checkpoints.getOrDefault(physicalChannel, 0L), persisted);
  }

  @Override
  public synchronized Replay replay(String physicalChannel) {
    List<Segments.Segment> persisted = new ArrayList<>(flushed.values());
    persisted.addAll(dropped.values());
    return new Replay(checkpoint(physicalChannel), persisted);
  }

  @Override
  public synchronized void publish(Publish publish) {
    Error planned = failure;
    if (planned != null) {
      throw planned;
    }
    publish.checkpoint().keySet().forEach(channel -> checkEpoch(channel, publish.epoch()));
    for (Segments.Segment segment : publish.add()) {
      checkEpoch(Catalogue.physicalChannel(segment.channel()), publish.epoch());
      if (!flushed.containsKey(segment.id()) && !dropped.containsKey(segment.id())) {
        flushed.put(segment.id(), segment);
      }
    }
    publish.drop().forEach(this::drop);
    publish.deletes().forEach(file -> deleteFiles.put(file.object(), file));
    publish.obsoleteDeletes().forEach(deleteFiles::remove);
    publish
        .checkpoint()
        .forEach((channel, position) -> checkpoints.merge(channel, position, Math::max));
    publications++;
  }

  private void checkEpoch(String channel, long epoch) {
    if (epochs.getOrDefault(channel, 0L) != epoch) {
      throw new ElanusException(ErrorCode.CHANNEL_NOT_AVAILABLE, "another owner");
    }
  }

  private void drop(long id) {
    Segments.Segment segment = flushed.remove(id);
    if (segment != null) {
      dropped.put(id, segment);
    }
  }

  /** From now on publications end with it; null: they succeed again. */
  public synchronized void failPublications(@Nullable Error planned) {
    failure = planned;
  }

  public synchronized int publications() {
    return publications;
  }

  public synchronized long epoch(String channel) {
    return epochs.getOrDefault(channel, 0L);
  }

  public synchronized long checkpoint(String channel) {
    return checkpoints.getOrDefault(channel, 0L);
  }

  @Override
  public synchronized List<Segments.Segment> flushedSegments(long collectionId) {
    return flushed.values().stream()
        .filter(segment -> segment.collectionId() == collectionId)
        .toList();
  }

  /** Merges these segments into one, and forgets delete files that nobody needs any more. */
  public void compact(List<Segments.Segment> sources, DataNode node, long retainedFrom) {
    Segments.Segment first = sources.getFirst();
    Catalogue.Collection collection =
        directory.rootCoord().findCollectionById(first.collectionId()).orElseThrow();
    long target = directory.rootCoord().allocateIds(1).first();
    Segments.Segment output =
        node.compact(
            new DataNode.Compaction(
                target,
                sources,
                collection.schema(),
                deleteFiles(first.channel()),
                retainedFrom,
                0));
    boolean settled =
        directory.ownerOf(first.channel()).growing(first.channel()).stream()
            .allMatch(segment -> segment.state() == Segments.State.GROWING);
    synchronized (this) {
      sources.forEach(source -> drop(source.id()));
      if (output.rows() > 0) {
        flushed.put(output.id(), output);
      }
      if (settled) {
        forgetDeletes(first.channel());
      }
    }
  }

  private void forgetDeletes(String channel) {
    long appliedUpTo =
        flushed.values().stream()
            .filter(segment -> segment.channel().equals(channel))
            .mapToLong(Segments.Segment::deletesAppliedUpTo)
            .min()
            .orElse(Long.MAX_VALUE);
    deleteFiles
        .values()
        .removeIf(file -> file.channel().equals(channel) && file.maxTimestamp() <= appliedUpTo);
  }

  @Override
  public List<Segments.Segment> segments(long collectionId) {
    Map<Long, Segments.Segment> all = new TreeMap<>();
    for (String channel :
        directory.rootCoord().findCollectionById(collectionId).orElseThrow().channels()) {
      directory.ownerOf(channel).growing(channel).forEach(each -> all.put(each.id(), each));
    }
    synchronized (this) {
      flushedSegments(collectionId).forEach(each -> all.put(each.id(), each));
      dropped.keySet().forEach(all::remove);
    }
    return List.copyOf(all.values());
  }

  @Override
  public synchronized List<Segments.DeleteFile> deleteFiles(String channel) {
    return deleteFiles.values().stream().filter(file -> file.channel().equals(channel)).toList();
  }

  @Override
  public synchronized void dropCollection(long collectionId, List<String> channels) {
    flushedSegments(collectionId).forEach(segment -> drop(segment.id()));
  }

  @Override
  public synchronized void dropPartition(
      long collectionId, List<String> channels, long partitionId) {
    for (Segments.Segment segment : flushedSegments(collectionId)) {
      if (segment.partitionId() == partitionId) {
        drop(segment.id());
      }
    }
  }

  @Override
  public void truncate(long collectionId, List<String> channels, long timestamp) {
    for (String channel : channels) {
      directory.ownerOf(channel).truncate(channel, timestamp);
      synchronized (this) {
        truncated.merge(channel, timestamp, Math::max);
        for (Segments.Segment segment : flushedSegments(collectionId)) {
          if (segment.channel().equals(channel) && segment.maxTimestamp() < timestamp) {
            drop(segment.id());
          }
        }
      }
    }
  }

  @Override
  public synchronized long truncatedUpTo(String channel) {
    return truncated.getOrDefault(channel, 0L);
  }

  @Override
  public boolean othersReachLog(long nodeId) {
    return othersReachLog;
  }

  /** Whether another node reaches the log; false at first. */
  public void othersReachLog(boolean reach) {
    othersReachLog = reach;
  }

  @Override
  public Set<Long> draining() {
    return Set.of();
  }

  @Override
  public void relieve(long nodeId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean drain(long nodeId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ChannelState> channels() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean move(String physicalChannel, long nodeId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> ailments() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Flush flush(long collectionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean flushed(long collectionId, List<Long> segments, long flushTimestamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<Long, Long> rowCounts(long collectionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long compact(long collectionId, Optional<Long> partitionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompactionState compactionState(long job) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void changeSchema(Catalogue.Collection collection) {
    throw new UnsupportedOperationException();
  }
}
