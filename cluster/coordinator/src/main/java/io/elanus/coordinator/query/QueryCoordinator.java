package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.ProxyNews;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.metadata.MetadataStore;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Standing;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * QueryCoord over a metadata store: one replica, in one resource group. From {@link #start} on it
 * hears of nodes that come and go and of channels that change hands, and mends what concerns it.
 */
public final class QueryCoordinator implements QueryCoord {
  private static final System.Logger LOG = System.getLogger(QueryCoordinator.class.getName());

  /** There is one look at who is there. */
  private static final long ALL = 0;

  private final Ledger<QueryEntry, QueryState> ledger;
  private final Directory directory;
  private final Background background;
  private final Board board;
  private final Strays strays;
  private final Refresher refresher;
  private final KeyedTasks refreshes;
  private final KeyedTasks looks;
  private final Balancing balancing;
  private final ProxyNews proxies;

  /** Collections of which proxies may know an older load state. */
  private final Set<Long> untold = ConcurrentHashMap.newKeySet();

  /** Query nodes at the last look. */
  private volatile Set<Long> known = Set.of();

  /**
   * @param tenure of the records
   * @param directory is asked only while requests are served
   * @param background its end is the end of this coordinator's own work
   * @param standing of the seat; without it no view is switched and nothing is let go
   */
  public QueryCoordinator(
      MetadataStore store,
      Tenure tenure,
      Directory directory,
      Background background,
      Standing standing) {
    this.directory = directory;
    this.background = background;
    ledger = Ledger.open(store, "query/", QueryEntry.class, new QueryState(), tenure);
    board = new Board();
    strays = new Strays(directory, board);
    refresher = new Refresher(directory, board, background, standing, strays);
    refreshes = new KeyedTasks("refreshing views", background, this::refreshNow);
    looks = new KeyedTasks("looking at who is there", background, any -> look());
    balancing = new Balancing(directory, board, background, refreshes::await);
    proxies = new ProxyNews(directory);
  }

  /**
   * Loads what is wished and switches views; returns when each collection was tried once. What
   * fails is repeated in the background. Channels must have owners, query nodes must be there.
   */
  public void start() {
    known = Set.copyOf(directory.queryNodes().keySet());
    strays.arrived(known);
    directory.whenChanged(() -> looks.request(ALL));
    List<Long> wished = ledger.read(QueryState::collections);
    if (!wished.isEmpty()) {
      strays.look();
      background.all(wished.stream().map(id -> (Runnable) () -> refreshes.await(id)).toList());
      strays.lookNoMore();
    }
    sweep();
  }

  /** Refreshes what changes among nodes and owners concern, and nothing else. */
  private void look() {
    Set<Long> nodes = Set.copyOf(directory.queryNodes().keySet());
    board.keepLeaving(nodes);
    for (long collection : ledger.read(QueryState::collections)) {
      if (isConcerned(collection, nodes)) {
        refreshes.request(collection);
      }
    }
    Set<Long> arrived = new TreeSet<>(nodes);
    arrived.removeAll(known);
    known = nodes;
    if (!arrived.isEmpty()) {
      strays.arrived(arrived);
      balancing.request();
      sweep();
    }
  }

  private boolean isConcerned(long collectionId, Set<Long> nodes) {
    Serving serving = board.serving(collectionId);
    return !isServed(collectionId)
        || !nodes.containsAll(serving.viewed().values())
        || serving.shards().entrySet().stream()
            .anyMatch(shard ->
                Picture.owner(directory, shard.getKey())
                    .filter(owner -> !shard.getValue().isLedBy(owner))
                    .isPresent());
  }

  private boolean isServed(long collectionId) {
    return board.serving(collectionId).served().equals(wish(collectionId));
  }

  private void sweep() {
    if (strays.areThere()
        && ledger.read(QueryState::collections).stream().allMatch(this::isServed)) {
      strays.sweep();
    }
  }

  @Override
  public void load(Load load) {
    if (directory.rootCoord().findCollectionById(load.collectionId()).isEmpty()) {
      throw new ElanusException(ErrorCode.COLLECTION_NOT_FOUND)
          .with("collection", load.collectionId());
    }
    long replicaId = directory.rootCoord().allocateIds(1).first();
    boolean changed = ledger.decide(state -> LoadRules.load(state, load, replicaId));
    if (changed || load.refresh()) {
      untold.add(load.collectionId());
      refreshes.request(load.collectionId());
      forget(load.collectionId());
    }
  }

  @Override
  public void release(long collectionId, Set<Long> partitions) {
    Set<Long> existing =
        directory.rootCoord().findCollectionById(collectionId).stream()
            .flatMap(collection -> collection.partitions().stream())
            .map(Catalogue.Partition::id)
            .collect(Collectors.toSet());
    boolean changed =
        ledger.decide(state -> LoadRules.release(state, collectionId, partitions, existing));
    if (changed) {
      untold.add(collectionId);
      try {
        forget(collectionId);
      } finally {
        refreshes.await(collectionId);
      }
      forget(collectionId);
    }
  }

  @Override
  public void dropCollection(long collectionId) {
    ledger.decide(state -> LoadRules.release(state, collectionId, Set.of(), Set.of()));
    refresh(collectionId);
    forget(collectionId);
  }

  /** Returns when a run that began after this call has ended. */
  @Override
  public void refresh(long collectionId) {
    if (board.serves(collectionId) || wish(collectionId).isPresent()) {
      refreshes.await(collectionId);
    }
  }

  private Optional<Wish> wish(long collectionId) {
    return ledger.read(state -> state.wish(collectionId));
  }

  private void refreshNow(long collectionId) {
    Optional<Wish> wish = wish(collectionId);
    Optional<Catalogue.Collection> collection =
        directory.rootCoord().findCollectionById(collectionId);
    if (wish.isEmpty() || collection.isEmpty()) {
      ledger.decide(state -> LoadRules.release(state, collectionId, Set.of(), Set.of()));
      refresher.tearDown(collectionId);
      return;
    }
    if (!isServed(collectionId)) {
      untold.add(collectionId);
    }
    if (refresher.refresh(collection.get(), wish.get())) {
      balancing.considerSoon();
    }
    if (untold.contains(collectionId)) {
      forget(collectionId);
    }
    sweep();
  }

  @Override
  public void drain(long queryNode) {
    balancing.empty(queryNode);
  }

  @Override
  public void cannotReach(long leader, long queryNode) {
    if (!board.cuts().add(leader, queryNode)) {
      return;
    }
    LOG.log(WARNING, "node {0} cannot reach query node {1}", leader, queryNode);
    for (long collection : ledger.read(QueryState::collections)) {
      boolean concerned =
          board.serving(collection).shards().values().stream()
              .anyMatch(shard ->
                  shard.leader().nodeId() == leader
                      && shard.view().placements().containsValue(queryNode));
      if (concerned) {
        refreshes.request(collection);
      }
    }
  }

  @Override
  public void move(long segmentId, long queryNode) {
    balancing.move(segmentId, queryNode);
  }

  @Override
  public Optional<LoadState> loadState(long collectionId) {
    return wish(collectionId).map(wish -> loadState(wish, board.serving(collectionId)));
  }

  private static LoadState loadState(Wish wish, Serving serving) {
    int percent = serving.served().equals(Optional.of(wish)) ? 100 : serving.percent();
    return new LoadState(
        wish.collectionId(),
        wish.partitions(),
        wish.fields(),
        1,
        percent,
        serving.served().flatMap(wish::shared).map(Wish::partitions));
  }

  @Override
  public List<Replica> replicas(long collectionId) {
    return wish(collectionId).map(wish -> List.of(replica(wish))).orElse(List.of());
  }

  private Replica replica(Wish wish) {
    Set<Long> nodes = new TreeSet<>(directory.queryNodes().keySet());
    List<Shard> shards = new ArrayList<>();
    new TreeMap<>(board.serving(wish.collectionId()).shards())
        .forEach((channel, shard) -> {
          long leader = shard.leader().nodeId();
          nodes.add(leader);
          Set<Long> ofShard = new TreeSet<>(shard.view().placements().values());
          ofShard.add(leader);
          shards.add(new Shard(channel, leader, List.copyOf(ofShard)));
        });
    return new Replica(
        wish.replicaId(), wish.collectionId(), wish.partitions(), shards, List.copyOf(nodes));
  }

  @Override
  public Map<Long, List<Long>> placements(long collectionId) {
    Map<Long, List<Long>> placements = new TreeMap<>();
    for (Serving.Shard shard : board.serving(collectionId).shards().values()) {
      shard.view().placements().forEach((segment, node) -> placements.put(segment, List.of(node)));
    }
    return placements;
  }

  /** A failure is repeated with the next refresh at the latest. */
  private void forget(long collectionId) {
    proxies.forget(collectionId);
    untold.remove(collectionId);
  }
}
