package io.elanus.node.query;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.read.ReadThreads;
import io.elanus.node.read.SegmentReads;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.RowBatch;
import io.elanus.segment.SealedSegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The query node: reads of sealed segments. */
public final class QueryExecutor implements QueryNode, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(QueryExecutor.class.getName());

  private final SegmentStore store;
  private final SegmentReads reads;
  private final Directory directory;
  private final long capacityBytes;
  private final ReadTimes times = new ReadTimes();

  /**
   * @param capacityBytes memory of the machine, as is told to who asks
   */
  public QueryExecutor(
      SegmentObjects objects,
      DeleteObjects deleteFiles,
      Directory directory,
      ReadThreads threads,
      long capacityBytes) {
    this.store = new SegmentStore(objects, deleteFiles, this::report);
    this.reads = new SegmentReads(threads);
    this.directory = directory;
    this.capacityBytes = capacityBytes;
  }

  @Override
  public void load(Load load) {
    store.load(load);
  }

  /** Who cannot be told now is told at the next load. */
  private void report(Segments.IndexFile damaged) {
    try {
      directory.indexCoord().damaged(damaged);
    } catch (ElanusException failed) {
      LOG.log(WARNING, "a damaged index stays as it is: " + damaged.object(), failed);
    }
  }

  @Override
  public void release(List<Long> segments) {
    segments.forEach(store::release);
  }

  /** A segment that is not loaded here is skipped: it gets its deletes when it joins a view. */
  @Override
  public void delete(Deletes deletes) {
    for (long id : deletes.segments()) {
      store
          .find(id)
          .filter(stored ->
              deletes.partition().isEmpty() || deletes.partition().get() == stored.partitionId())
          .ifPresent(stored -> stored.segment().delete(deletes.keys(), deletes.timestamps()));
    }
  }

  @Override
  public Reads.Hits search(List<Long> segments, Reads.Search search) {
    return times.measure(
        collection(segments), () -> reads.search(open(segments, search.scope()), search));
  }

  /** That they are of; 0 where that cannot be told now. */
  private long collection(List<Long> segments) {
    return segments.isEmpty()
        ? 0
        : store.find(segments.getFirst()).map(StoredSegment::collectionId).orElse(0L);
  }

  @Override
  public Reads.Found query(List<Long> segments, Reads.Query query) {
    List<SealedSegment> open = open(segments, query.scope());
    return open.isEmpty()
        ? new Reads.Found(0, RowBatch.empty())
        : times.measure(
            collection(segments),
            () -> reads.query(open, query, store.get(open.getFirst().id()).schema()));
  }

  @Override
  public RowBatch fetch(Reads.Fetch fetch) {
    Map<Long, Integer> order = new HashMap<>();
    List<SealedSegment> open = new ArrayList<>();
    int[] owners = new int[fetch.segments().length];
    for (int i = 0; i < owners.length; i++) {
      long id = fetch.segments()[i];
      Integer owner = order.get(id);
      if (owner == null) {
        owner = open.size();
        order.put(id, owner);
        open.add(current(store.get(id), fetch.scope()));
      }
      owners[i] = owner;
    }
    if (open.isEmpty()) {
      return RowBatch.empty();
    }
    CollectionSchema schema = store.get(open.getFirst().id()).schema();
    List<Long> columns = SegmentReads.columns(schema, fetch.fields());
    return reads.fetch(open, owners, fetch.ordinals(), columns);
  }

  @Override
  public List<Loaded> loaded() {
    return store.all().stream().map(StoredSegment::describe).toList();
  }

  @Override
  public Usage usage() {
    List<Loaded> loaded = loaded();
    Map<Long, Long> busy = times.microsPerSecond();
    Set<Long> there = loaded.stream().map(Loaded::collectionId).collect(Collectors.toSet());
    for (long collection : Set.copyOf(busy.keySet())) {
      if (!there.contains(collection)) {
        times.forget(collection);
        busy.remove(collection);
      }
    }
    return new Usage(loaded.stream().mapToLong(Loaded::bytes).sum(), capacityBytes, busy);
  }

  /** Lets every segment go. */
  @Override
  public void close() {
    store.ids().forEach(store::release);
  }

  /** The segments of the scope's partitions. */
  private List<SealedSegment> open(List<Long> segments, Reads.Scope scope) {
    Set<Long> partitions = scope.partitions();
    List<SealedSegment> open = new ArrayList<>(segments.size());
    for (long id : segments) {
      StoredSegment stored = store.get(id);
      if (partitions.isEmpty() || partitions.contains(stored.partitionId())) {
        open.add(current(stored, scope));
      }
    }
    return open;
  }

  /** A read that knows a newer schema than the segment was loaded with brings it along. */
  private SealedSegment current(StoredSegment stored, Reads.Scope scope) {
    if (stored.schema().version() < scope.latestSchemaVersion()) {
      directory
          .rootCoord()
          .findCollectionById(stored.collectionId())
          .ifPresent(collection -> stored.changeSchema(collection.schema()));
    }
    return stored.segment();
  }
}
