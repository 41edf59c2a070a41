package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.ResourceGroups;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
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
  private final Groups groups;

  Replicas(Ledger<QueryEntry, QueryState> ledger, Directory directory, Board board, Groups groups) {
    this.ledger = ledger;
    this.directory = directory;
    this.board = board;
    this.groups = groups;
  }

  /**
   * @throws ElanusException RESOURCE_INSUFFICIENT when there are fewer nodes than replicas,
   *     RESOURCE_GROUP_NODES_SHORT when a group that is named has fewer, RESOURCE_GROUP_NOT_FOUND
   */
  void checkRoom(QueryCoord.Load load) {
    Map<String, Set<Long>> nodes = groups.nodes();
    Set<Long> leaving = board.leaving();
    nodes.replaceAll((group, there) -> without(leaving, there));
    if (load.groups().isEmpty()) {
      int there = nodes.getOrDefault(ResourceGroups.DEFAULT, Set.of()).size();
      if (load.replicas() > Math.max(1, there)) {
        throw new ElanusException(
                ErrorCode.RESOURCE_INSUFFICIENT, "when load " + load.replicas() + " replica count")
            .with("collection", load.collectionId());
      }
    }
    Map<String, Integer> wanted = new TreeMap<>();
    LoadRules.groups(load).forEach(group -> wanted.merge(group, 1, Integer::sum));
    wanted.forEach((group, count) -> {
      Set<Long> there = nodes.get(group);
      if (there == null) {
        throw new ElanusException(ErrorCode.RESOURCE_GROUP_NOT_FOUND).with("rg", group);
      }
      if (count > there.size()) {
        throw new ElanusException(ErrorCode.RESOURCE_GROUP_NODES_SHORT)
            .with("rg", group)
            .with("current", there.size())
            .with("expected", count);
      }
    });
  }

  private static Set<Long> without(Set<Long> leaving, Set<Long> nodes) {
    Set<Long> others = new TreeSet<>(nodes);
    others.removeAll(leaving);
    return others;
  }

  /** Those that a replica's segments may be on. */
  Set<Long> nodesOf(ReplicaKey replica) {
    return nodesOf(replica, groups.nodes());
  }

  /**
   * @param nodes that are there, by group
   */
  Set<Long> nodesOf(ReplicaKey replica, Map<String, Set<Long>> nodes) {
    Optional<Assigned> assigned = ledger.read(state -> state.assigned(replica));
    if (assigned.isPresent()) {
      Set<Long> own = new TreeSet<>(assigned.get().nodes());
      own.retainAll(directory.queryNodes().keySet());
      return own;
    }
    return ledger
        .read(state -> state.wish(replica.collection()))
        .map(wish -> ofGroup(wish, nodes))
        .orElse(Set.of());
  }

  /** Where the group has none that stays, those that the only replica is on. */
  private Set<Long> ofGroup(Wish wish, Map<String, Set<Long>> nodes) {
    Set<Long> own = nodes.getOrDefault(wish.group(0), Set.of());
    if (!without(board.leaving(), own).isEmpty()) {
      return own;
    }
    Set<Long> present = new TreeSet<>();
    board.replicas(wish.collectionId()).stream()
        .filter(wish.replicas()::contains)
        .forEach(replica -> present.addAll(board.serving(replica).viewed().values()));
    present.retainAll(directory.queryNodes().keySet());
    return present.isEmpty() ? own : present;
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
      Set<Long> nodes = ofGroup(wish, groups.nodes());
      return List.of(new Assigned(collection.id(), wish.replicaId(), nodes, Map.of()));
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
            groups.nodes(),
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
