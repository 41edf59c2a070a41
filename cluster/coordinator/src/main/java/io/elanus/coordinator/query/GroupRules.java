package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.ResourceGroups;
import io.elanus.roles.ResourceGroups.Command;
import io.elanus.roles.ResourceGroups.Config;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What may be done to resource groups, with the refusals of Milvus (ResourceManager). */
final class GroupRules {
  private GroupRules() {}

  static Decision<QueryEntry, Boolean> create(QueryState state, Command.Create command) {
    Optional<ResourceGroup> known = state.group(command.name());
    if (known.isPresent()) {
      if (!known.get().config().equals(command.config())) {
        throw new ElanusException(ErrorCode.RESOURCE_GROUP_EXISTS).with("rg", command.name());
      }
      return Decision.answer(false);
    }
    if (state.groups().size() >= ResourceGroups.MOST) {
      throw new ElanusException(ErrorCode.RESOURCE_GROUP_LIMIT)
          .with("rg", command.name())
          .with("limit", ResourceGroups.MOST);
    }
    check(state, command.name(), command.config());
    return put(List.of(new ResourceGroup(command.name(), command.config(), Set.of())));
  }

  static Decision<QueryEntry, Boolean> update(QueryState state, Command.Update command) {
    if (command.configs().size() > Ledger.MAX_CHANGES) {
      throw ElanusException.invalid(
          "no more than " + Ledger.MAX_CHANGES + " resource groups can be updated at a time");
    }
    List<ResourceGroup> changed = new ArrayList<>();
    for (Map.Entry<String, Config> entry : new TreeMap<>(command.configs()).entrySet()) {
      ResourceGroup group = known(state, entry.getKey());
      check(state, group.name(), entry.getValue());
      if (!group.config().equals(entry.getValue())) {
        changed.add(group.with(entry.getValue()));
      }
    }
    return put(changed);
  }

  static Decision<QueryEntry, Boolean> drop(QueryState state, String name) {
    Optional<ResourceGroup> group = state.group(name);
    if (group.isEmpty()) {
      return Decision.answer(false);
    }
    if (group.get().isDefault()) {
      throw ElanusException.invalid("default resource group is not deletable")
          .with("expected", "not default resource group")
          .with("actual", name);
    }
    state
        .replicasIn(name)
        .findFirst()
        .ifPresent(replica -> {
          throw ElanusException.invalid(
                  "some replicas still loaded in resource group[%s], release it first"
                      .formatted(name))
              .with("expected", "empty resource group")
              .with("collection", replica.collection());
        });
    if (group.get().config().limits() != 0) {
      throw ElanusException.invalid("resource group's limits node num is not 0")
          .with("expected", "not empty resource group")
          .with("actual", name);
    }
    for (ResourceGroup other : state.groups()) {
      checkUnused(name, other, other.config().from(), "TransferFrom");
      checkUnused(name, other, other.config().to(), "TransferTo");
    }
    return new Decision<>(true, List.of(Change.remove(group.get())));
  }

  private static void checkUnused(
      String name, ResourceGroup other, List<String> named, String what) {
    if (named.contains(name)) {
      throw ElanusException.invalid(
          "resource group %s is used by %s's `%s`, remove that configuration first"
              .formatted(name, other.name(), what));
    }
  }

  /** The request of one and the other's change with their nodes; a limit never hinders it. */
  static Decision<QueryEntry, Boolean> transferNodes(
      QueryState state, Command.TransferNodes command, Map<String, NavigableSet<Long>> nodes) {
    checkDifferent(command.source(), command.target());
    if (command.count() <= 0) {
      throw new ElanusException(ErrorCode.INVALID_PARAMETER)
          .with("expected", "NumNode > 0")
          .with("actual", "invalid NumNode " + command.count());
    }
    ResourceGroup source = known(state, command.source());
    ResourceGroup target = known(state, command.target());
    NavigableSet<Long> there = nodes.get(source.name());
    int have = there == null ? 0 : there.size();
    if (have < command.count()) {
      throw new ElanusException(ErrorCode.RESOURCE_GROUP_NODES_SHORT)
          .with("rg", source.name())
          .with("current", have)
          .with("expected", command.count());
    }
    Config from = source.config();
    Config to = target.config();
    int requests = to.requests() + command.count();
    return put(
        List.of(
            source.with(
                from.with(
                    Math.max(0, from.requests() - command.count()),
                    source.isDefault()
                        ? from.limits()
                        : Math.max(0, from.limits() - command.count()))),
            target.with(to.with(requests, Math.max(requests, to.limits())))));
  }

  static void checkDifferent(String source, String target) {
    if (source.equals(target)) {
      throw ElanusException.invalid(
          "source resource group and target resource group should not be the same, resource group: "
              + source);
    }
  }

  /** Records who has which nodes, as many as go in one transaction; whether there are more. */
  static Decision<QueryEntry, Boolean> assign(
      QueryState state, Map<String, NavigableSet<Long>> planned) {
    List<Change<QueryEntry>> changes = new ArrayList<>();
    for (ResourceGroup group : state.groups()) {
      Set<Long> nodes = planned.get(group.name());
      if (nodes != null && !group.isDefault() && !group.nodes().equals(nodes)) {
        changes.add(Change.put(group.with(nodes)));
      }
    }
    boolean more = changes.size() > Ledger.MAX_CHANGES;
    return new Decision<>(more, more ? changes.subList(0, Ledger.MAX_CHANGES) : changes);
  }

  static ResourceGroup known(QueryState state, String name) {
    return state
        .group(name)
        .orElseThrow(
            () -> new ElanusException(ErrorCode.RESOURCE_GROUP_NOT_FOUND).with("rg", name));
  }

  private static void check(QueryState state, String name, Config config) {
    if (config.requests() < 0 || config.limits() < 0) {
      throw illegal(name, "node num in `requests` or `limits` should not less than 0");
    }
    if (config.limits() < config.requests()) {
      throw illegal(name, "limits node num should not less than requests node num");
    }
    checkNamed(state, name, config.from(), "TransferFrom");
    checkNamed(state, name, config.to(), "TransferTo");
  }

  private static void checkNamed(QueryState state, String name, List<String> others, String what) {
    for (String other : others) {
      if (other.equals(name)) {
        throw illegal(name, "resource group in `" + what + "` should not be itself");
      }
      if (state.group(other).isEmpty()) {
        throw illegal(name, "resource group in `" + what + "` " + other + " not exist");
      }
    }
  }

  private static ElanusException illegal(String name, String sentence) {
    return new ElanusException(ErrorCode.RESOURCE_GROUP_ILLEGAL_CONFIG, sentence).with("rg", name);
  }

  private static Decision<QueryEntry, Boolean> put(List<ResourceGroup> groups) {
    return new Decision<>(!groups.isEmpty(), groups.stream().map(Change::<QueryEntry>put).toList());
  }
}
