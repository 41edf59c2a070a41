package io.elanus.coordinator;

import io.elanus.roles.DataNode;
import io.elanus.roles.IndexNode;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.RowBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Every worker role at once; writes down what coordinators tell it. */
public final class FakeNode implements StreamingNode, QueryNode, DataNode, IndexNode {
  /** What it says of its channels, and of itself. */
  public List<Held> held = List.of();

  public Usage usage = new Usage(0, 1 << 30, Map.of());

  public final List<String> calls = Collections.synchronizedList(new ArrayList<>());

  /** Channels that the node was asked to prepare for. */
  public final List<String> prepared = new CopyOnWriteArrayList<>();

  public final Map<String, List<Segments.Segment>> growing = new TreeMap<>();
  public final Map<String, Segments.View> views = new TreeMap<>();
  public final Map<Long, QueryNode.Load> loads = new TreeMap<>();
  public List<String> ailments = List.of();
  public List<Running> running = List.of();

  /** Is told the segment of an index build while it runs. */
  public LongConsumer building = segment -> {};

  public final List<Long> truncations = new ArrayList<>();
  public final Map<String, CollectionSchema> schemas = new TreeMap<>();

  public ErrorCode failure = ErrorCode.UNAVAILABLE;

  /** Names of methods that fail, each once. */
  public final Deque<String> failures = new ArrayDeque<>();

  /** Answers of the next view switches before {@code Done}. */
  public final Deque<Switched> switches = new ArrayDeque<>();

  /** Is told the target of a compaction while it runs. */
  public LongConsumer compacting = target -> {};

  /** Is told a channel while it is taken over. */
  public Consumer<String> owning = channel -> {};

  /** Is told a channel when it has been left. */
  public Consumer<String> leaving = channel -> {};

  public Supplier<Long> clock = () -> 0L;

  /** Is told every call. */
  public Consumer<String> listener = call -> {};

  private void called(String call) {
    calls.add(call);
    listener.accept(call);
    failIfPlanned(call.substring(0, call.indexOf('(')));
  }

  private void failIfPlanned(String method) {
    if (method.equals(failures.peek())) {
      failures.poll();
      throw new ElanusException(failure, "planned failure of " + method);
    }
  }

  @Override
  public void own(String physicalChannel) {
    called("own(" + physicalChannel + ")");
    owning.accept(physicalChannel);
  }

  @Override
  public long lighten(String physicalChannel) {
    called("lighten(" + physicalChannel + ")");
    return 0;
  }

  @Override
  public void leave(String physicalChannel) {
    called("leave(" + physicalChannel + ")");
    leaving.accept(physicalChannel);
  }

  @Override
  public Sealed seal(String channel) {
    called("seal(" + channel + ")");
    List<Long> ids = growing(channel).stream().map(Segments.Segment::id).toList();
    return new Sealed(ids, clock.get(), 77);
  }

  @Override
  public boolean flushedUpTo(String channel, long timestamp) {
    return growing(channel).isEmpty();
  }

  @Override
  public List<Segments.Segment> growing(String channel) {
    return List.copyOf(growing.getOrDefault(channel, List.of()));
  }

  @Override
  public void changeSchema(String channel, CollectionSchema schema) {
    called("changeSchema(" + channel + " v" + schema.version() + ")");
    schemas.put(channel, schema);
  }

  @Override
  public void dropShard(String channel) {
    called("dropShard(" + channel + ")");
    growing.remove(channel);
  }

  @Override
  public void dropPartition(String channel, long partitionId) {
    called("dropPartition(" + channel + " " + partitionId + ")");
  }

  @Override
  public void prepare(String physicalChannel) {
    prepared.add(physicalChannel);
  }

  @Override
  public boolean reachesLog() {
    return true;
  }

  @Override
  public List<Held> held() {
    return held;
  }

  @Override
  public List<String> ailments() {
    called("ailments()");
    return ailments;
  }

  @Override
  public void truncate(String channel, long timestamp) {
    called("truncate(" + channel + ")");
    truncations.add(timestamp);
    growing.remove(channel);
  }

  @Override
  public Switched switchView(Segments.View view) {
    called(
        "switchView("
            + view.channel()
            + " "
            + new TreeMap<>(view.placements())
            + (view.partitions().isEmpty() ? "" : " of " + new TreeSet<>(view.partitions()))
            + " deletes "
            + view.deletesUpTo()
            + ")");
    Switched planned = switches.poll();
    if (planned == null || planned instanceof Done) {
      views.put(view.channel(), view);
      return new Done();
    }
    return planned;
  }

  @Override
  public void dropView(String channel) {
    called("dropView(" + channel + ")");
    views.remove(channel);
  }

  @Override
  public void load(QueryNode.Load load) {
    called(
        "load("
            + load.segment().id()
            + " v"
            + load.schema().version()
            + " indexes "
            + load.indexes().size()
            + " deletes "
            + load.deletes().size()
            + ")");
    loads.put(load.segment().id(), load);
  }

  @Override
  public void release(List<Long> segments) {
    called("release(" + new TreeSet<>(segments) + ")");
    loads.keySet().removeAll(Set.copyOf(segments));
  }

  @Override
  public Usage usage() {
    failIfPlanned("usage");
    return usage;
  }

  @Override
  public List<Loaded> loaded() {
    return loads.keySet().stream().map(id -> new Loaded(id, 0, 0, 0, List.of())).toList();
  }

  @Override
  public Segments.Segment compact(Compaction compaction) {
    called("compact(" + compaction.sources().stream().map(Segments.Segment::id).toList() + ")");
    compacting.accept(compaction.target());
    Segments.Segment first = compaction.sources().getFirst();
    long deletesUpTo =
        compaction.deletes().stream().mapToLong(Segments.DeleteFile::maxTimestamp).max().orElse(0);
    return new Segments.Segment(
        compaction.target(),
        first.collectionId(),
        first.partitionId(),
        first.channel(),
        Segments.State.FLUSHED,
        compaction.schema().version(),
        compaction.sources().stream().mapToLong(Segments.Segment::rows).sum(),
        compaction.sources().stream().mapToLong(Segments.Segment::bytes).sum(),
        "manifest",
        first.firstPosition(),
        compaction.sources().getLast().lastPosition(),
        first.minTimestamp(),
        compaction.sources().getLast().maxTimestamp(),
        Math.max(deletesUpTo, first.deletesAppliedUpTo()),
        compaction.sources().stream().map(Segments.Segment::id).toList());
  }

  @Override
  public List<Running> running() {
    called("running()");
    return running;
  }

  @Override
  public Segments.IndexFile build(Build build) {
    building.accept(build.segment().id());
    called("build(" + build.segment().id() + " " + build.definition().name() + ")");
    return new Segments.IndexFile(
        build.segment().id(),
        build.definition().id(),
        build.definition().fieldId(),
        build.definition().jsonPath(),
        build.definition().parameters(),
        build.object(),
        10);
  }

  @Override
  public void cancel(long segmentId, long indexId) {
    called("cancel(" + segmentId + " " + indexId + ")");
  }

  @Override
  public Tick tick(String physicalChannel, long timestamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Outcome write(Write write) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reads.Hits search(String channel, Reads.Search search) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reads.Found query(String channel, Reads.Query query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RowBatch fetch(String channel, Reads.Fetch fetch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(Deletes deletes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reads.Hits search(List<Long> segments, Reads.Search search) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reads.Found query(List<Long> segments, Reads.Query query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RowBatch fetch(Reads.Fetch fetch) {
    throw new UnsupportedOperationException();
  }
}
