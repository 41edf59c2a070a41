package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.Directory;
import io.elanus.roles.ResourceGroups;
import io.elanus.roles.ResourceGroups.Command;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Resource groups and the query nodes that they have at present. */
final class Groups {
  private final Ledger<QueryEntry, QueryState> ledger;
  private final Directory directory;
  private final Board board;

  Groups(Ledger<QueryEntry, QueryState> ledger, Directory directory, Board board) {
    this.ledger = ledger;
    this.directory = directory;
    this.board = board;
  }

  /** Whether anything changed. */
  boolean arrange(Command command) {
    boolean changed =
        switch (command) {
          case Command.Create create -> ledger.decide(state -> GroupRules.create(state, create));
          case Command.Update update -> ledger.decide(state -> GroupRules.update(state, update));
          case Command.Drop drop -> ledger.decide(state -> GroupRules.drop(state, drop.name()));
          case Command.TransferNodes transfer ->
              ledger.decide(state -> GroupRules.transferNodes(state, transfer, plan(state)));
          case Command.TransferReplicas transfer ->
              ledger.decide(state -> LoadRules.transfer(state, transfer));
        };
    if (changed) {
      settle();
    }
    return changed;
  }

  /** Gives every node that is there to a group. */
  void settle() {
    ledger.decideRepeatedly(state -> GroupRules.assign(state, plan(state)));
  }

  private Map<String, NavigableSet<Long>> plan(QueryState state) {
    Map<Long, Map<String, String>> labels = new HashMap<>();
    directory.stations().forEach((node, station) -> labels.put(node, station.labels()));
    return GroupPlan.of(
        new GroupPlan.Situation(
            state.groups(), directory.queryNodes().keySet(), board.leaving(), labels));
  }

  /** Nodes that are there, by group, as it is recorded. */
  Map<String, Set<Long>> nodes() {
    return ledger.read(state -> state.nodesByGroup(directory.queryNodes().keySet()));
  }

  List<String> names() {
    return ledger.read(state -> state.groups().stream().map(ResourceGroup::name).toList());
  }

  ResourceGroups.Group describe(String name) {
    ResourceGroups.Config config = ledger.read(state -> GroupRules.known(state, name)).config();
    Set<Long> own = nodes().getOrDefault(name, Set.of());
    Map<Long, Directory.Station> stations = directory.stations();
    Map<Long, Integer> replicas = new TreeMap<>();
    Map<Long, Integer> outgoing = new TreeMap<>();
    Map<Long, Integer> incoming = new TreeMap<>();
    Map<ReplicaKey, String> groups = ledger.read(QueryState::groupsOfReplicas);
    groups.forEach((replica, group) -> {
      boolean inside = group.equals(name);
      if (inside) {
        replicas.merge(replica.collection(), 1, Integer::sum);
      }
      long elsewhere =
          Set.copyOf(board.serving(replica).viewed().values()).stream()
              .filter(node -> own.contains(node) != inside)
              .count();
      if (elsewhere > 0) {
        (inside ? outgoing : incoming).merge(replica.collection(), (int) elsewhere, Integer::sum);
      }
    });
    return new ResourceGroups.Group(
        name,
        config,
        own.stream().map(node -> node(node, stations.get(node))).toList(),
        replicas,
        outgoing,
        incoming);
  }

  private static ResourceGroups.Node node(long id, Directory.@Nullable Station station) {
    return station == null
        ? new ResourceGroups.Node(id, "", 0)
        : new ResourceGroups.Node(id, station.host(), station.port());
  }

  /** Nodes of other groups that the replica is in views on: how many, by group. */
  Map<String, Integer> outbound(ReplicaKey replica, String group) {
    Map<String, Integer> outbound = new TreeMap<>();
    Set<Long> viewed = Set.copyOf(board.serving(replica).viewed().values());
    nodes()
        .forEach((other, nodes) -> {
          long there = viewed.stream().filter(nodes::contains).count();
          if (!other.equals(group) && there > 0) {
            outbound.put(other, (int) there);
          }
        });
    return outbound;
  }
}
