package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryCoord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives replicas their nodes and followers. A collection with one replica may use all nodes of its
 * group, and nothing is recorded of it.
 */
final class Replicas {
  private final Ledger<QueryEntry, QueryState> ledger;
  private final Directory directory;
  private final Board board;

  Replicas(Ledger<QueryEntry, QueryState> ledger, Directory directory, Board board) {
    this.ledger = ledger;
    this.directory = directory;
    this.board = board;
  }

  /** Nodes that are there, by resource group. */
  private Map<String, Set<Long>> groups() {
    return Map.of(ResourceGroup.DEFAULT, new TreeSet<>(directory.queryNodes().keySet()));
  }

  private Set<Long> group(String name) {
    return groups().getOrDefault(name, Set.of());
  }

  /**
   * @throws ElanusException RESOURCE_INSUFFICIENT when there are fewer nodes than replicas
   */
  void checkRoom(QueryCoord.Load load) {
    Map<String, Integer> wanted = new HashMap<>();
    var wish =
        new Wish(
            load.collectionId(),
            load.partitions(),
            load.fields(),
            0,
            Collections.nCopies(Math.max(0, load.replicas() - 1), 0L),
            load.groups());
    for (int replica = 0; replica < load.replicas(); replica++) {
      wanted.merge(wish.group(replica), 1, Integer::sum);
    }
    wanted.forEach((group, count) -> {
      if (count > Math.max(1, group(group).size())) {
        throw new ElanusException(
                ErrorCode.RESOURCE_INSUFFICIENT, "when load " + load.replicas() + " replica count")
            .with("collection", load.collectionId());
      }
    });
  }

  /** Those that a replica's segments may be on. */
  Set<Long> nodesOf(ReplicaKey replica) {
    Set<Long> there = directory.queryNodes().keySet();
    Optional<Assigned> assigned = ledger.read(state -> state.assigned(replica));
    if (assigned.isPresent()) {
      Set<Long> nodes = new TreeSet<>(assigned.get().nodes());
      nodes.retainAll(there);
      return nodes;
    }
    return ledger
        .read(state -> state.wish(replica.collection()))
        .map(wish -> group(wish.group(0)))
        .orElse(Set.of());
  }

  /** Whether the replica is one of several and was given no node: there are too few. */
  boolean isIdle(ReplicaKey replica) {
    return ledger
        .read(state -> state.assigned(replica))
        .filter(assigned -> assigned.nodes().isEmpty())
        .isPresent();
  }

  /** Whether nodes came or went, or leave, that make a difference to the collection's replicas. */
  boolean isDue(long collectionId) {
    Optional<Wish> wish = ledger.read(state -> state.wish(collectionId));
    return wish.filter(several -> !several.further().isEmpty()).isPresent()
        && directory
            .rootCoord()
            .findCollectionById(collectionId)
            .filter(collection -> !plan(collection, wish.get()).equals(recorded(collectionId)))
            .isPresent();
  }

  private Set<Assigned> recorded(long collectionId) {
    return Set.copyOf(ledger.read(state -> state.assigned(collectionId)));
  }

  /** What the replicas of the collection have from now on, the first one's first. */
  List<Assigned> assign(Catalogue.Collection collection, Wish wish) {
    if (wish.further().isEmpty()) {
      return List.of(
          new Assigned(collection.id(), wish.replicaId(), group(wish.group(0)), Map.of()));
    }
    List<Assigned> planned = decide(collection, wish);
    return ledger.decide(state -> LoadRules.assign(state, planned));
  }

  private Set<Assigned> plan(Catalogue.Collection collection, Wish wish) {
    return Set.copyOf(decide(collection, wish));
  }

  private List<Assigned> decide(Catalogue.Collection collection, Wish wish) {
    List<ReplicaPlan.Present> present = new ArrayList<>();
    for (int ordinal = 0; ordinal < wish.replicas().size(); ordinal++) {
      ReplicaKey key = wish.replicas().get(ordinal);
      Optional<Assigned> assigned = ledger.read(state -> state.assigned(key));
      present.add(
          new ReplicaPlan.Present(
              key.replica(),
              wish.group(ordinal),
              assigned.map(Assigned::nodes).orElse(Set.of()),
              assigned.map(Assigned::leaders).orElse(Map.of())));
    }
    return ReplicaPlan.of(
        new ReplicaPlan.Situation(
            collection.id(),
            collection.channels(),
            present,
            groups(),
            board.leaving(),
            leads(collection.id())));
  }

  /** How many shards of other collections each node leads. */
  private Map<Long, Long> leads(long collectionId) {
    Map<Long, Long> leads = new TreeMap<>();
    for (Assigned assigned : ledger.read(QueryState::assigned)) {
      if (assigned.collectionId() != collectionId) {
        assigned.leaders().values().forEach(node -> leads.merge(node, 1L, Long::sum));
      }
    }
    return leads;
  }
}
