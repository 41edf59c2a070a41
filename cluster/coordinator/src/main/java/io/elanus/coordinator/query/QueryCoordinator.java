package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.metadata.MetadataStore;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** QueryCoord over a metadata store: one replica, in one resource group. */
public final class QueryCoordinator implements QueryCoord {
  private static final System.Logger LOG = System.getLogger(QueryCoordinator.class.getName());

  private final Ledger<QueryEntry, QueryState> ledger;
  private final Directory directory;
  private final Background background;
  private final Board board;
  private final Refresher refresher;
  private final KeyedTasks refreshes;

  /**
   * @param tenure of the records
   * @param directory is asked only while requests are served
   * @param background ends with the coordinator
   */
  public QueryCoordinator(
      MetadataStore store, Tenure tenure, Directory directory, Background background) {
    this.directory = directory;
    this.background = background;
    ledger = Ledger.open(store, "query/", QueryEntry.class, new QueryState(), tenure);
    board = new Board(directory);
    refresher = new Refresher(directory, board, background);
    refreshes = new KeyedTasks("refreshing views", background, this::refreshNow);
  }

  /**
   * Loads what is wished and switches views; returns when each collection was tried once. What
   * fails is repeated in the background. Channels must have owners, query nodes must be there.
   */
  public void start() {
    List<Runnable> loads = new ArrayList<>();
    for (long collection : ledger.read(QueryState::collections)) {
      loads.add(() -> refreshes.await(collection));
    }
    if (!loads.isEmpty()) {
      background.all(loads);
    }
    releaseStrays();
  }

  /** Segments that an earlier coordinator placed and nobody wants now. */
  private void releaseStrays() {
    Set<Long> placed = board.placed();
    for (QueryNode node : directory.queryNodes().values()) {
      List<Long> strays =
          node.loaded().stream()
              .map(QueryNode.Loaded::segmentId)
              .filter(segment -> !placed.contains(segment))
              .toList();
      if (!strays.isEmpty()) {
        node.release(strays);
      }
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
      forget(load.collectionId());
      refreshes.request(load.collectionId());
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
      forget(collectionId);
      refreshes.await(collectionId);
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
    boolean before = board.serving(collectionId).served().equals(wish);
    refresher.refresh(collection.get(), wish.get());
    if (!before) {
      forget(collectionId);
    }
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
          nodes.add(shard.leaderNode());
          Set<Long> ofShard = new TreeSet<>(shard.view().placements().values());
          ofShard.add(shard.leaderNode());
          shards.add(new Shard(channel, shard.leaderNode(), List.copyOf(ofShard)));
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
