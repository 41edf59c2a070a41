package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.metadata.MetadataStore;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.Directory;
import io.elanus.roles.FanOut;
import io.elanus.roles.RootCoord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * RootCoord over a metadata store. Commands are carried out one after the other; reads never wait
 * for one.
 */
public final class RootCoordinator implements RootCoord, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RootCoordinator.class.getName());
  private static final long TIMESTAMPS_AHEAD_MILLIS = 3_000;

  private final Ledger<RootEntry, RootState> ledger;
  private final TimestampOracle oracle;
  private final Ids ids;
  private final Tenure tenure;
  private final Directory directory;
  private final List<String> physicalChannels;
  private final RootLimits limits;
  private final Consequences consequences;
  private final KeyedTasks leftovers;
  private final ReentrantLock commands = new ReentrantLock();

  /**
   * Reads the catalogue and the bounds; fails when they cannot be read.
   *
   * @param tenure of the records, bounds included
   * @param directory is asked only while a command is carried out
   * @param physicalChannels of the log, for instance {@code elanus-dml_0}
   * @param wallMillis milliseconds since 1970
   */
  public RootCoordinator(
      MetadataStore store,
      Tenure tenure,
      Directory directory,
      List<String> physicalChannels,
      RootLimits limits,
      LongSupplier wallMillis,
      Background background) {
    this.tenure = tenure;
    this.directory = directory;
    this.physicalChannels = List.copyOf(physicalChannels);
    this.limits = limits;
    var openedLedger = new CompletableFuture<Ledger<RootEntry, RootState>>();
    var openedOracle = new CompletableFuture<TimestampOracle>();
    var openedIds = new CompletableFuture<Ids>();
    background.all( // side by side: who writes and reads fresh waits for it
        List.of(
            () ->
                openedLedger.complete(
                    Ledger.open(store, "root/", RootEntry.class, new RootState(), tenure)),
            () ->
                openedOracle.complete(
                    new TimestampOracle(
                        store, tenure, wallMillis, TIMESTAMPS_AHEAD_MILLIS, background)),
            () -> openedIds.complete(new Ids(store, tenure, background))));
    ledger = openedLedger.join();
    oracle = openedOracle.join();
    ids = openedIds.join();
    consequences = new Consequences(ledger, directory);
    leftovers = new KeyedTasks("rolling a catalogue change forward", background, this::rollForward);
  }

  /**
   * Carries changes that an earlier process began to the other coordinators; what fails is repeated
   * in the background. To be called before requests are served. A sole coordinator's channels must
   * have owners by then, and each change has been tried when this returns; one that took over from
   * another process waits for nobody, for the others may not be there yet.
   */
  public void start() {
    switch (tenure) {
      case SOLE -> consequences.due().forEach(leftovers::await);
      case SEIZED -> consequences.due().forEach(leftovers::request);
    }
  }

  @Override
  public Range allocateTimestamps(int count) {
    return oracle.allocate(count);
  }

  @Override
  public Range allocateIds(int count) {
    return ids.allocate(count);
  }

  @Override
  public void execute(Ddl command) {
    commands.lock();
    try {
      Facts facts = facts(command);
      var fresh =
          new Fresh(
              oracle.allocate(1).first(), () -> ids.allocate(1).first(), physicalChannels, limits);
      List<Long> changed =
          ledger.decide(state -> RootDecisions.decide(state, command, fresh, facts));
      changed.forEach(consequences::forget);
      carryOut(command, changed);
    } finally {
      commands.unlock();
    }
  }

  /** A drop is done once the catalogue says so; everything else is done when all know of it. */
  private void carryOut(Ddl command, List<Long> changed) {
    for (long collection : changed) {
      try {
        consequences.carryOut(collection);
      } catch (RuntimeException e) {
        leftovers.request(collection);
        if (!(command instanceof Ddl.DropCollection || command instanceof Ddl.DropPartition)) {
          throw e;
        }
        LOG.log(System.Logger.Level.WARNING, "drop will be finished in the background", e);
      }
    }
  }

  private void rollForward(long collection) {
    commands.lock();
    try {
      consequences.carryOut(collection);
    } finally {
      commands.unlock();
    }
  }

  private Facts facts(Ddl command) {
    return switch (command) {
      case Ddl.AlterCollection alter -> facts(alter.database(), alter.collection(), true);
      case Ddl.AlterField alter -> facts(alter.database(), alter.collection(), false);
      case Ddl.DropPartition drop -> facts(drop.database(), drop.collection(), false);
      default -> Facts.NONE;
    };
  }

  private Facts facts(String database, String name, boolean indexes) {
    Optional<Catalogue.Collection> collection = findCollection(database, name);
    if (collection.isEmpty()) {
      return Facts.NONE;
    }
    long id = collection.get().id();
    boolean vectorIndexed =
        indexes
            && collection.get().schema().vectorFields().stream()
                .anyMatch(field -> directory.indexCoord().definition(id, field.id()).isPresent());
    return new Facts(directory.queryCoord().loadState(id), vectorIndexed);
  }

  @Override
  public List<Catalogue.Database> databases() {
    return ledger.read(state ->
        state.databases().stream()
            .map(database ->
                new Catalogue.Database(
                    database.id(),
                    database.name(),
                    database.createdTimestamp(),
                    database.properties()))
            .toList());
  }

  @Override
  public Optional<Catalogue.Collection> findCollection(String database, String name) {
    return ledger.read(state -> state.find(state.database(database).id(), name).map(state::view));
  }

  @Override
  public Optional<Catalogue.Collection> findCollectionById(long id) {
    return ledger.read(state -> state.find(id).map(state::view));
  }

  @Override
  public List<Catalogue.Collection> collections(String database) {
    return ledger.read(state ->
        state.collections(state.database(database).id()).stream().map(state::view).toList());
  }

  @Override
  public List<Catalogue.Alias> aliases(String database) {
    return ledger.read(state ->
        state.aliases(state.database(database).id()).stream()
            .map(alias ->
                new Catalogue.Alias(
                    database,
                    alias.name(),
                    state.find(alias.collectionId()).map(RootEntry.Collection::name).orElse("")))
            .toList());
  }

  /**
   * Gives reserved timestamps and ids back, side by side: the next coordinator waits for it. The
   * store must still be open.
   */
  @Override
  public void close() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Runnable> both = List.of(oracle::close, ids::close);
      new FanOut(threads)
          .each(
              both,
              each -> {
                each.run();
                return true;
              });
    }
  }
}
