package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.metadata.MetadataStore;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectStore;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** IndexCoord over a metadata store. */
public final class IndexCoordinator implements IndexCoord {
  private static final System.Logger LOG = System.getLogger(IndexCoordinator.class.getName());

  private static final long ORPHANS = 0;

  private final Ledger<IndexEntry, IndexState> ledger;
  private final ObjectStore objects;
  private final Directory directory;
  private final IndexSettings settings;
  private final LongSupplier wallMillis;
  private final Builder builder;
  private final KeyedTasks plans;
  private final KeyedTasks orphans;

  /** Collections whose folder may hold files that an earlier process left unrecorded. */
  private final Set<Long> unswept = ConcurrentHashMap.newKeySet();

  /**
   * @param directory is asked only while requests are served
   * @param wallMillis milliseconds since 1970
   * @param lowPriority runs builds; each blocks a thread of it
   */
  public IndexCoordinator(
      MetadataStore store,
      ObjectStore objects,
      Directory directory,
      IndexSettings settings,
      LongSupplier wallMillis,
      Executor lowPriority,
      Background background) {
    this.objects = objects;
    this.directory = directory;
    this.settings = settings;
    this.wallMillis = wallMillis;
    ledger = Ledger.open(store, "index/", IndexEntry.class, new IndexState());
    plans = new KeyedTasks("planning index builds", background, this::plan);
    orphans = new KeyedTasks("sweeping index files", background, key -> sweep());
    builder =
        new Builder(
            ledger, directory, settings, wallMillis, lowPriority, background, plans::request);
  }

  /**
   * Takes up missing builds and sweeps what earlier processes left unrecorded, in the background.
   */
  public void start() {
    ledger.read(IndexState::collections).forEach(plans::request);
    orphans.request(ORPHANS);
  }

  /** Each collection's part is done between its plans, so that no build begins meanwhile. */
  private void sweep() {
    for (ObjectInfo object : objects.list(ObjectLayout.INDEXES)) {
      if (ObjectLayout.place(object.key()).orElse(null) instanceof ObjectLayout.OfIndex file) {
        unswept.add(file.collectionId());
      }
    }
    unswept.forEach(plans::request);
  }

  /**
   * Removes files that no record names, unless a build is about to record them or a plan will find
   * and record them: it builds for flushed segments and defined indexes only.
   */
  private void sweep(long collectionId, Set<Long> flushed) {
    int swept = 0;
    for (ObjectInfo object : objects.list(ObjectLayout.INDEXES + collectionId + "/")) {
      if (ObjectLayout.place(object.key()).orElse(null) instanceof ObjectLayout.OfIndex file
          && !builder.isRunning(file.segmentId(), file.indexId()) // first: it records, then ends
          && ledger.read(state -> BuildRules.isOrphan(state, file, object.key(), flushed))
          && objects.delete(object.key())) {
        swept++;
      }
    }
    if (swept > 0) {
      LOG.log(
          System.Logger.Level.INFO,
          "removed " + swept + " unrecorded index files of collection " + collectionId);
    }
  }

  @Override
  public void create(Definition definition) {
    collection(definition.collectionId());
    Definition complete = withIdentity(definition);
    if (ledger.decide(state -> DefinitionRules.create(state, complete))) {
      forget(definition.collectionId());
      plans.request(definition.collectionId());
    }
  }

  private Definition withIdentity(Definition definition) {
    return new Definition(
        definition.id() == 0 ? directory.rootCoord().allocateIds(1).first() : definition.id(),
        definition.collectionId(),
        definition.fieldId(),
        definition.name(),
        definition.jsonPath(),
        definition.parameters(),
        definition.createdTimestamp() == 0
            ? directory.rootCoord().allocateTimestamps(1).first()
            : definition.createdTimestamp());
  }

  @Override
  public void drop(long collectionId, long indexId) {
    Optional<Definition> dropped = ledger.read(state -> state.definition(collectionId, indexId));
    if (dropped.isEmpty()) {
      return;
    }
    refuseVectorOfLoaded(dropped.get());
    untilNothingIsLeft(
        state -> BuildRules.dropDefinitions(state, collectionId, one -> one.id() == indexId));
    forget(collectionId);
    plans.request(collectionId);
  }

  private void refuseVectorOfLoaded(Definition dropped) {
    boolean vector =
        directory
            .rootCoord()
            .findCollectionById(dropped.collectionId())
            .flatMap(collection -> collection.schema().field(dropped.fieldId()))
            .map(FieldSchema::type)
            .filter(type -> type.isVector())
            .isPresent();
    if (vector && directory.queryCoord().loadState(dropped.collectionId()).isPresent()) {
      throw ElanusException.invalid(
          "vector index cannot be dropped on loaded collection: " + dropped.collectionId());
    }
  }

  @Override
  public void alter(long collectionId, long indexId, Map<String, String> set, List<String> delete) {
    Catalogue.Collection collection = collection(collectionId);
    ledger.read(state -> DefinitionRules.existing(state, collectionId, indexId));
    if (directory.queryCoord().loadState(collectionId).isPresent()) {
      throw new ElanusException(
              ErrorCode.COLLECTION_LOADED,
              "can't alter index on loaded collection, please release the collection first")
          .with("collection", collection.name());
    }
    ledger.decide(state -> DefinitionRules.alter(state, collectionId, indexId, set, delete));
    forget(collectionId);
  }

  private Catalogue.Collection collection(long id) {
    return directory
        .rootCoord()
        .findCollectionById(id)
        .orElseThrow(
            () -> new ElanusException(ErrorCode.COLLECTION_NOT_FOUND).with("collection", id));
  }

  @Override
  public List<Definition> definitions(long collectionId) {
    return ledger.read(state -> state.definitions(collectionId));
  }

  @Override
  public Optional<Definition> definition(long collectionId, long fieldId) {
    return definitions(collectionId).stream()
        .filter(definition -> definition.fieldId() == fieldId)
        .findFirst();
  }

  @Override
  public Progress progress(long collectionId, long indexId) {
    Definition definition =
        ledger.read(state -> DefinitionRules.existing(state, collectionId, indexId));
    Catalogue.Collection collection = collection(collectionId);
    long total = 0;
    long indexed = 0;
    String failReason = "";
    for (Segment segment : flushed(collectionId)) {
      total += segment.rows();
      if (isDone(collection, definition, segment)) {
        indexed += segment.rows();
      } else {
        failReason =
            builder.givenUp(segment, definition).map(Builds.Failure::reason).orElse(failReason);
      }
    }
    BuildState state =
        indexed == total
            ? BuildState.FINISHED
            : failReason.isEmpty() ? BuildState.IN_PROGRESS : BuildState.FAILED;
    return new Progress(state, failReason, indexed, total);
  }

  private List<Segment> flushed(long collectionId) {
    return directory.dataCoord().segments(collectionId).stream()
        .filter(segment -> segment.state() == Segments.State.FLUSHED)
        .toList();
  }

  /** Built, or not needed. */
  private boolean isDone(Catalogue.Collection collection, Definition definition, Segment segment) {
    return !BuildRules.needed(collection.schema(), definition, segment, settings.smallestRows())
        || ledger.read(state -> state.isBuilt(segment.id(), definition.id()));
  }

  @Override
  public List<Segments.IndexFile> files(List<Long> segments) {
    return ledger.read(state -> state.files(segments));
  }

  /** What could not be built is scanned: it does not hold up the rows. */
  @Override
  public List<Long> complete(long collectionId, List<Long> segments) {
    Optional<Catalogue.Collection> collection =
        directory.rootCoord().findCollectionById(collectionId);
    List<Definition> definitions = definitions(collectionId);
    if (collection.isEmpty() || definitions.isEmpty() || segments.isEmpty()) {
      return segments;
    }
    Set<Long> asked = new HashSet<>(segments);
    return flushed(collectionId).stream()
        .filter(segment -> asked.contains(segment.id()))
        .filter(segment ->
            definitions.stream()
                .allMatch(definition ->
                    isDone(collection.get(), definition, segment)
                        || builder.givenUp(segment, definition).isPresent()))
        .map(Segment::id)
        .toList();
  }

  /** Returns when builds have been planned, not when they are done. */
  @Override
  public void refresh(long collectionId) {
    if (ledger.read(IndexState::collections).contains(collectionId)) {
      plans.await(collectionId);
    }
  }

  private void plan(long collectionId) {
    Optional<Catalogue.Collection> collection =
        directory.rootCoord().findCollectionById(collectionId);
    Set<Long> ids = new HashSet<>();
    if (collection.isPresent()) {
      List<Segment> flushed = flushed(collectionId);
      flushed.forEach(segment -> ids.add(segment.id()));
      release(collectionId, ids);
      for (Definition definition : definitions(collectionId)) {
        for (Segment segment : flushed) {
          if (!isDone(collection.get(), definition, segment)) {
            builder.submit(segment, definition);
          }
        }
      }
    }
    if (unswept.contains(collectionId)) {
      sweep(collectionId, ids);
      unswept.remove(collectionId);
    }
    collectGarbage();
  }

  private void release(long collectionId, Set<Long> segments) {
    untilNothingIsLeft(
        state -> BuildRules.release(state, collectionId, segments, wallMillis.getAsLong()));
  }

  private void collectGarbage() {
    long dueBefore = wallMillis.getAsLong() - settings.graceMillis();
    for (IndexEntry.Unneeded unneeded : ledger.read(IndexState::unneeded)) {
      if (unneeded.sinceMillis() <= dueBefore) {
        objects.delete(unneeded.object());
        ledger.decide(state -> new Decision<>(true, List.of(Change.remove(unneeded))));
      }
    }
  }

  @Override
  public void dropCollection(long collectionId) {
    untilNothingIsLeft(state -> BuildRules.dropDefinitions(state, collectionId, one -> true));
    release(collectionId, Set.of());
    forget(collectionId);
  }

  private void untilNothingIsLeft(Function<IndexState, Decision<IndexEntry, Boolean>> decision) {
    boolean more = true;
    while (more) {
      more = ledger.decide(decision);
    }
  }

  private void forget(long collectionId) {
    for (ProxyCache proxy : directory.proxies()) {
      try {
        proxy.forget(collectionId);
      } catch (ElanusException e) {
        LOG.log(System.Logger.Level.WARNING, "a proxy was not told of a change", e);
      }
    }
  }
}
