package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.DEBUG;
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
import io.elanus.roles.QueryNode;
import io.elanus.roles.Standing;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * QueryCoord over a metadata store. From {@link #start} on it hears of nodes that come and go and
 * of channels that change hands, and mends what concerns it.
 */
public final class QueryCoordinator implements QueryCoord {
  private static final System.Logger LOG = System.getLogger(QueryCoordinator.class.getName());

  /** There is one look at who is there. */
  private static final long ALL = 0;

  /** After that a collection that is not served counts as one that is still being loaded. */
  private static final Duration LOOKED_WITHIN = Duration.ofSeconds(3);

  private final Ledger<QueryEntry, QueryState> ledger;
  private final Groups groups;
  private final Replicas replicas;
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

  /** Wished for when the seat was taken over, and not found served yet. */
  private final Set<Long> unseen = ConcurrentHashMap.newKeySet();

  private final long openedNanos = System.nanoTime();

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
    groups = new Groups(ledger, directory, board);
    replicas = new Replicas(ledger, directory, board, groups);
    balancing = new Balancing(directory, board, background, refreshes::await, replicas::nodesOf);
    proxies = new ProxyNews(directory);
    if (tenure == Tenure.SEIZED) {
      unseen.addAll(ledger.read(QueryState::collections));
    }
  }

  /**
   * Loads what is wished and switches views; returns when each collection was tried once. What
   * fails is repeated in the background. Channels must have owners, query nodes must be there.
   */
  public void start() {
    known = Set.copyOf(directory.queryNodes().keySet());
    groups.settle();
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
    groups.settle();
    Map<String, Set<Long>> byGroup = groups.nodes();
    for (long collection : ledger.read(QueryState::collections)) {
      if (isConcerned(collection, byGroup)) {
        LOG.log(DEBUG, "collection {0} is refreshed, query nodes {1}", collection, nodes);
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

  private boolean isConcerned(long collectionId, Map<String, Set<Long>> byGroup) {
    return !isServed(collectionId)
        || replicas.isDue(collectionId)
        || board.replicas(collectionId).stream()
            .anyMatch(replica ->
                !replicas
                    .nodesOf(replica, byGroup)
                    .containsAll(board.serving(replica).viewed().values()))
        || wish(collectionId).stream()
            .map(wish -> board.serving(wish.replicas().getFirst()))
            .flatMap(serving -> serving.shards().entrySet().stream())
            .anyMatch(shard ->
                PresentLeaders.owner(directory, shard.getKey())
                    .filter(owner -> !shard.getValue().isLedBy(owner))
                    .isPresent());
  }

  private boolean isServed(long collectionId) {
    Optional<Wish> wish = wish(collectionId);
    return wish.stream()
        .flatMap(wished -> wished.replicas().stream())
        .allMatch(replica ->
            board.serving(replica).served().equals(wish.map(Wish::anywhere))
                || replicas.isIdle(replica));
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
    replicas.checkRoom(load);
    long first = directory.rootCoord().allocateIds(Math.max(1, load.replicas())).first();
    List<Long> ids = LongStream.range(first, first + Math.max(1, load.replicas())).boxed().toList();
    boolean changed = ledger.decide(state -> LoadRules.load(state, load, ids));
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
      board.replicas(collectionId).forEach(refresher::tearDown);
      return;
    }
    if (!isServed(collectionId)) {
      untold.add(collectionId);
    }
    Map<ReplicaKey, Map<String, Long>> before = leaders(collectionId);
    try {
      refreshAll(collection.get(), wish.get());
    } finally {
      if (!wish.get().further().isEmpty() && !leaders(collectionId).equals(before)) {
        untold.add(collectionId);
        forget(collectionId); // also when one of the replicas failed
      }
    }
    if (untold.contains(collectionId)) {
      forget(collectionId);
    }
    unseen.remove(collectionId);
    sweep();
  }

  /** One replica's failure does not keep the others from their views. */
  private void refreshAll(Catalogue.Collection collection, Wish wish) {
    Set<ReplicaKey> last = new TreeSet<>(board.replicas(collection.id()));
    last.removeAll(wish.replicas());
    last.forEach(refresher::tearDown);
    List<ElanusException> failures = new ArrayList<>();
    for (Assigned assigned : replicas.assign(collection, wish)) {
      boolean first = assigned.replicaId() == wish.replicaId();
      try {
        if (assigned.nodes().isEmpty() && !wish.further().isEmpty()) {
          refresher.giveUp(assigned.replica());
        } else if (refresher.refresh(collection, wish, assigned, first)) {
          balancing.considerSoon();
        }
      } catch (ElanusException failed) {
        failures.add(failed);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /** By replica and channel, those who have a view. */
  private Map<ReplicaKey, Map<String, Long>> leaders(long collectionId) {
    Map<ReplicaKey, Map<String, Long>> leaders = new TreeMap<>();
    for (ReplicaKey replica : board.replicas(collectionId)) {
      Map<String, Long> ofReplica = new TreeMap<>();
      board
          .serving(replica)
          .shards()
          .forEach((channel, shard) -> ofReplica.put(channel, shard.leader().nodeId()));
      leaders.put(replica, ofReplica);
    }
    return leaders;
  }

  @Override
  public void drain(long queryNode) {
    board.leaves(queryNode);
    groups.settle();
    ledger.read(QueryState::collections).stream().filter(replicas::isDue).forEach(refreshes::await);
    balancing.empty(queryNode);
  }

  @Override
  public Set<Long> draining() {
    return board.leaving();
  }

  @Override
  public void cannotReach(long leader, long queryNode) {
    boolean news = board.cuts().add(leader, queryNode);
    Map<Long, QueryNode> nodes = directory.queryNodes();
    if (board.cuts().from(leader).containsAll(nodes.keySet())) {
      background.run(() -> relieve(leader, nodes.values()));
    }
    if (!news) {
      return;
    }
    LOG.log(WARNING, "node {0} cannot reach query node {1}", leader, queryNode);
    for (long collection : ledger.read(QueryState::collections)) {
      boolean concerned =
          board.replicas(collection).stream()
              .flatMap(replica -> board.serving(replica).shards().values().stream())
              .anyMatch(shard ->
                  shard.leader().nodeId() == leader
                      && shard.view().placements().containsValue(queryNode));
      if (concerned) {
        refreshes.request(collection);
      }
    }
  }

  /** No view helps a leader that reaches no query node at all, if others reach one. */
  private void relieve(long leader, Collection<QueryNode> nodes) {
    try {
      if (nodes.stream().anyMatch(QueryCoordinator::answers)) {
        directory.dataCoord().relieve(leader);
      }
    } catch (ElanusException later) {
      LOG.log(DEBUG, "DataCoord was not told of a node that reaches no query node", later);
    }
  }

  private static boolean answers(QueryNode node) {
    try {
      node.usage();
      return true;
    } catch (ElanusException silent) {
      return false;
    }
  }

  @Override
  public void move(long segmentId, long queryNode) {
    balancing.move(segmentId, queryNode);
  }

  /** Who took the seat over does not know at first how far the last one was. */
  @Override
  public Optional<LoadState> loadState(long collectionId) {
    Optional<Wish> wish = wish(collectionId);
    if (wish.isPresent()
        && unseen.contains(collectionId)
        && System.nanoTime() - openedNanos < LOOKED_WITHIN.toNanos()) {
      throw new ElanusException(ErrorCode.NOT_READY, "what is loaded is being looked at")
          .with("collection", collectionId);
    }
    return wish.map(this::loadState);
  }

  /** As far as the replica is that is furthest behind, those without a node left out. */
  private LoadState loadState(Wish wish) {
    List<Serving> servings =
        wish.replicas().stream()
            .filter(replica -> !replicas.isIdle(replica))
            .map(board::serving)
            .toList();
    int percent =
        servings.stream()
            .mapToInt(serving ->
                serving.served().equals(Optional.of(wish.anywhere())) ? 100 : serving.percent())
            .min()
            .orElse(0);
    return new LoadState(
        wish.collectionId(),
        wish.partitions(),
        wish.fields(),
        wish.replicas().size(),
        percent,
        servings.stream()
            .flatMap(serving -> serving.served().flatMap(wish::shared).stream())
            .map(Wish::partitions)
            .findFirst());
  }

  @Override
  public List<Replica> replicas(long collectionId) {
    return wish(collectionId).stream()
        .flatMap(wish ->
            IntStream.range(0, wish.replicas().size()).mapToObj(ordinal -> replica(wish, ordinal)))
        .toList();
  }

  private Replica replica(Wish wish, int ordinal) {
    ReplicaKey key = wish.replicas().get(ordinal);
    Set<Long> nodes = new TreeSet<>(replicas.nodesOf(key));
    List<Shard> shards = new ArrayList<>();
    new TreeMap<>(board.serving(key).shards())
        .forEach((channel, shard) -> {
          long leader = shard.leader().nodeId();
          nodes.add(leader);
          Set<Long> ofShard = new TreeSet<>(shard.view().placements().values());
          ofShard.add(leader);
          shards.add(new Shard(channel, leader, List.copyOf(ofShard)));
        });
    return new Replica(
        key.replica(),
        wish.collectionId(),
        wish.partitions(),
        shards,
        List.copyOf(nodes),
        wish.group(ordinal),
        groups.outbound(key, wish.group(ordinal)));
  }

  /** Nodes change hands at once; what is on them moves in the background. */
  @Override
  public void arrange(Command command) {
    if (groups.arrange(command)) {
      looks.request(ALL);
    }
    if (command instanceof Command.TransferReplicas transfer) {
      refreshes.request(transfer.collectionId());
    }
  }

  @Override
  public List<String> resourceGroups() {
    return groups.names();
  }

  @Override
  public Group resourceGroup(String name) {
    return groups.describe(name);
  }

  @Override
  public Map<Long, List<Long>> placements(long collectionId) {
    Map<Long, List<Long>> placements = new TreeMap<>();
    for (ReplicaKey replica : board.replicas(collectionId)) {
      board
          .serving(replica)
          .viewed()
          .forEach((segment, node) ->
              placements.computeIfAbsent(segment, none -> new ArrayList<>()).add(node));
    }
    return placements;
  }

  /** A failure is repeated with the next refresh at the latest. */
  private void forget(long collectionId) {
    proxies.forget(collectionId);
    untold.remove(collectionId);
  }
}
