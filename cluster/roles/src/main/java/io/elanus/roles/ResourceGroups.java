package io.elanus.roles;

import java.util.List;
import java.util.Map;

/**
 * Sets of query nodes that replicas keep to (Milvus documentation, "Manage Resource Groups"). Every
 * query node is in one; the default group always exists.
 */
public interface ResourceGroups {
  /** Where nodes are that no other group asks for. */
  String DEFAULT = "__default_resource_group";

  /** Groups there may be, the default one included (Milvus: maxResourceGroupNumOfQueryNode). */
  int MOST = 1024;

  /**
   * What a group asks for.
   *
   * @param requests nodes that it should have at least: missing ones are taken from others
   * @param limits nodes that it may have: more are given away
   * @param from groups that missing nodes come from before others
   * @param to groups that nodes beyond the limit go to before others
   * @param labels that a node must have to be in the group, each with its value
   */
  record Config(
      int requests, int limits, List<String> from, List<String> to, Map<String, String> labels) {
    /** Of a group that nobody said anything of. */
    public static final Config EMPTY = of(0, 0);

    public Config {
      from = List.copyOf(from);
      to = List.copyOf(to);
      labels = Map.copyOf(labels);
    }

    /** Without preferences. */
    public static Config of(int requests, int limits) {
      return new Config(requests, limits, List.of(), List.of(), Map.of());
    }

    /** The same with other numbers of nodes. */
    public Config with(int otherRequests, int otherLimits) {
      return new Config(otherRequests, otherLimits, from, to, labels);
    }
  }

  /** What may be done to groups; all of it takes effect by and by, as nodes change hands. */
  sealed interface Command {
    /**
     * One that is there with the same configuration is left; RESOURCE_GROUP_EXISTS with another.
     */
    record Create(String name, Config config) implements Command {}

    /** All or none of them. */
    record Update(Map<String, Config> configs) implements Command {
      public Update {
        configs = Map.copyOf(configs);
      }
    }

    /** One that is not there is no error; one that may have nodes or has replicas stays. */
    record Drop(String name) implements Command {}

    /** Changes what both groups ask for by so many nodes. */
    record TransferNodes(String source, String target, int count) implements Command {}

    /** So many replicas of a loaded collection keep to another group from now on. */
    record TransferReplicas(long collectionId, String source, String target, long count)
        implements Command {}
  }

  /**
   * @throws io.elanus.schema.ElanusException RESOURCE_GROUP_NOT_FOUND, RESOURCE_GROUP_EXISTS,
   *     RESOURCE_GROUP_LIMIT, RESOURCE_GROUP_ILLEGAL_CONFIG, RESOURCE_GROUP_NODES_SHORT,
   *     INVALID_PARAMETER
   */
  void arrange(Command command);

  /** Names, the default group's included. */
  List<String> resourceGroups();

  /**
   * A query node.
   *
   * @param host empty where there is one process
   */
  record Node(long id, String host, int port) {}

  /**
   * A group as it is now.
   *
   * @param nodes that are there
   * @param replicas that keep to the group, by collection id
   * @param outgoing nodes of other groups that its replicas still have segments on, likewise
   * @param incoming its nodes on which replicas of other groups still have segments, likewise
   */
  record Group(
      String name,
      Config config,
      List<Node> nodes,
      Map<Long, Integer> replicas,
      Map<Long, Integer> outgoing,
      Map<Long, Integer> incoming) {}

  /** RESOURCE_GROUP_NOT_FOUND when there is none of that name. */
  Group resourceGroup(String name);
}
