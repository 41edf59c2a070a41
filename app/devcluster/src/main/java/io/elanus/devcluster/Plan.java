package io.elanus.devcluster;

import java.util.ArrayList;
import java.util.List;

/**
 * Which processes there are to be.
 *
 * @param coordinators processes that stand for the coordinators' seats; 0: one for each seat
 * @param workers with data node and index node together; 0: one of each
 */
record Plan(int coordinators, int streamingNodes, int queryNodes, int workers, int proxies) {
  /** A process by name, such as {@code querynode-2}. */
  record Node(String name, String roles) {
    boolean proxy() {
      return roles.equals("proxy");
    }
  }

  /** In the order in which they are started. */
  List<Node> nodes() {
    List<Node> nodes = new ArrayList<>();
    if (coordinators == 0) {
      for (String seat : List.of("rootcoord", "datacoord", "querycoord", "indexcoord")) {
        nodes.add(new Node(seat, seat));
      }
    }
    add(nodes, coordinators, "mixcoord", "mixcoord");
    add(nodes, streamingNodes, "streamingnode", "streamingnode");
    add(nodes, queryNodes, "querynode", "querynode");
    if (workers == 0) {
      nodes.add(new Node("datanode", "datanode"));
      nodes.add(new Node("indexnode", "indexnode"));
    }
    add(nodes, workers, "worker", "datanode,indexnode");
    add(nodes, proxies, "proxy", "proxy");
    return nodes;
  }

  private static void add(List<Node> nodes, int count, String name, String roles) {
    for (int i = 1; i <= count; i++) {
      nodes.add(new Node(name + "-" + i, roles));
    }
  }
}
