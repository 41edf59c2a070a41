package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Follower;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.OwnTasks;
import io.elanus.coordinator.ledger.ProxyNews;
import io.elanus.coordinator.ledger.Records;
import io.elanus.metadata.MetadataStore;
import io.elanus.objects.ObjectStore;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
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
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** IndexCoord over a metadata store. */
public final class IndexCoordinator implements IndexCoord, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(IndexCoordinator.class.getName());

  private static final String RECORDS = "index/";

  private static final long ORPHANS = 0;

  /** Of a file, in one process. */
  private static final int MOST_REBUILDS = 3;

  private final Ledger<IndexEntry, IndexState> ledger;
  private final Directory directory;
  private final ProxyNews proxies;
  private final Builder builder;
  private final Coverage coverage;
  private final IndexFiles files;
  private final Damages damages = new Damages();
  private final LongSupplier wallMillis;
  private final KeyedTasks plans;
  private final KeyedTasks orphans;
  private final OwnTasks lowPriority;

  /** Follows the records, for who may have to take them over. */
  public static Follower follow(MetadataStore store) {
    return Follower.of(store, RECORDS, IndexEntry.class);
  }

  /**
   * @param directory is asked only while requests are served
   * @param wallMillis milliseconds since 1970
   * @param lowPriority runs builds; each blocks a thread of it
   * @param background ends with the coordinator, or before
   */
  public IndexCoordinator(
      Records records,
      ObjectStore objects,
      Directory directory,
      IndexSettings settings,
      LongSupplier wallMillis,
      Executor lowPriority,
      Background background) {
    this.directory = directory;
    proxies = new ProxyNews(directory);
    this.wallMillis = wallMillis;
    ledger = Ledger.open(records, RECORDS, IndexEntry.class, new IndexState());
    this.lowPriority = new OwnTasks(lowPriority);
    plans = new KeyedTasks("planning index builds", background, this::plan);
    orphans = new KeyedTasks("sweeping index files", background, key -> findOrphans());
    builder =
        new Builder(
            ledger, directory, settings, wallMillis, this.lowPriority, background, plans::request);
    coverage = new Coverage(ledger, directory, builder, settings.smallestRows());
    files = new IndexFiles(ledger, objects, builder, settings.graceMillis(), wallMillis);
  }

  /**
   * Takes up missing builds and sweeps what earlier processes left unrecorded, in the background.
   */
  public void start() {
    ledger.read(IndexState::collections).forEach(plans::request);
    orphans.request(ORPHANS);
  }

  /** Each collection's part is done between its plans, so that no build begins meanwhile. */
  private void findOrphans() {
    files.findUnswept().forEach(plans::request);
  }

  @Override
  public void create(Definition definition) {
    collection(definition.collectionId());
    Definition complete = withIdentity(definition);
    if (ledger.decide(state -> DefinitionRules.create(state, complete))) {
      proxies.forget(definition.collectionId());
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
    ledger.decideRepeatedly(
        state -> BuildRules.dropDefinitions(state, collectionId, one -> one.id() == indexId));
    builder.cancel(Set.of(indexId));
    proxies.forget(collectionId);
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
    proxies.forget(collectionId);
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
    return coverage.progress(collection(collectionId), definition);
  }

  @Override
  public List<Segments.IndexFile> files(List<Long> segments) {
    return ledger.read(state -> state.files(segments));
  }

  @Override
  public List<Long> complete(long collectionId, List<Long> segments) {
    return coverage.complete(collectionId, segments);
  }

  @Override
  public void damaged(Segments.IndexFile file) {
    int times = damages.add(file);
    if (times > MOST_REBUILDS) {
      return; // building it again does not help
    }
    Optional<IndexEntry.Built> built =
        ledger.read(state -> state.built(file.segmentId(), file.indexId()));
    if (built.isPresent()
        && ledger.decide(state -> BuildRules.damaged(state, file, wallMillis.getAsLong()))) {
      LOG.log(
          System.Logger.Level.WARNING,
          "an index file cannot be used and is built anew: " + file.object());
      plans.request(built.get().collectionId());
    }
  }

  @Override
  public Statistics statistics() {
    return new Statistics(Measured.of(ledger.read(IndexState::files)), damages.total());
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
      List<Segment> flushed = coverage.flushed(collectionId);
      flushed.forEach(segment -> ids.add(segment.id()));
      files.release(collectionId, ids);
      coverage.build(collection.get(), flushed);
    }
    files.sweep(collectionId, ids);
    files.collectGarbage();
  }

  @Override
  public void dropCollection(long collectionId) {
    Set<Long> dropped =
        ledger.read(state -> state.definitions(collectionId)).stream()
            .map(Definition::id)
            .collect(Collectors.toSet());
    ledger.decideRepeatedly(state -> BuildRules.dropDefinitions(state, collectionId, one -> true));
    builder.cancel(dropped);
    files.release(collectionId, Set.of());
    proxies.forget(collectionId);
  }

  /** Builds stop; they are left to the next one. The executor and the background stay open. */
  @Override
  public void close() {
    lowPriority.close();
  }
}
