package io.elanus.server.operations;

import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Segments;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Timestamps;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is where at present, put together from what coordinators and owners say. */
final class Inventory {
  private final Site site;
  private final InstantSource clock;

  Inventory(Site site, InstantSource clock) {
    this.site = site;
    this.clock = clock;
  }

  /** Processes with their roles and the seats of coordinators that they hold. */
  List<OperatorRow> nodes() {
    Map<Long, String> groups = resourceGroups();
    Set<Long> draining = draining();
    return site.nodes().stream()
        .map(node ->
            OperatorRow.of("node_id", node.id())
                .and("address", node.address())
                .and("roles", node.roles())
                .and("seats", node.seats())
                .and("resource_group", groups.getOrDefault(node.id(), ""))
                .and("draining", draining.contains(node.id()))
                .and("asked", node.id() == site.nodeId()))
        .toList();
  }

  /** Of query nodes; none while no QueryCoord is there, which must not hide the nodes. */
  private Map<Long, String> resourceGroups() {
    Map<Long, String> groups = new HashMap<>();
    QueryCoord coordinator = site.directory().queryCoord();
    try {
      for (String name : coordinator.resourceGroups()) {
        coordinator.resourceGroup(name).nodes().forEach(node -> groups.put(node.id(), name));
      }
    } catch (ElanusException notNow) {
      groups.clear();
    }
    return groups;
  }

  /** Nodes that were asked to leave, as far as coordinators are there to tell. */
  private Set<Long> draining() {
    Set<Long> nodes = new HashSet<>();
    for (Supplier<Set<Long>> told :
        List.<Supplier<Set<Long>>>of(
            site.directory().dataCoord()::draining, site.directory().queryCoord()::draining)) {
      try {
        nodes.addAll(told.get());
      } catch (ElanusException notNow) {
        continue; // which must not hide the nodes
      }
    }
    return nodes;
  }

  /**
   * Physical channels. {@code lag_bytes} is what a new owner would replay; {@code
   * checkpoint_age_seconds} the age of the oldest row that is in no file yet.
   */
  List<OperatorRow> channels() {
    Map<String, StreamingNode.Held> held = new HashMap<>();
    Map<Long, String> silent = new HashMap<>();
    site.directory()
        .streamingNodes()
        .forEach((id, node) -> {
          try {
            node.held().forEach(channel -> held.put(channel.channel(), channel));
          } catch (ElanusException unreachable) {
            silent.put(id, unreachable.getMessage());
          }
        });
    List<OperatorRow> rows = new ArrayList<>();
    for (DataCoord.ChannelState state : site.directory().dataCoord().channels()) {
      OperatorRow row =
          OperatorRow.of("channel", state.name())
              .and("node_id", state.owner())
              .and("epoch", state.epoch())
              .and("checkpoint", state.checkpoint());
      StreamingNode.Held owner = held.get(state.name());
      if (owner != null && owner.epoch() == state.epoch()) {
        row.and("end", owner.end())
            .and("lag_bytes", Math.max(0, owner.end() - state.checkpoint()))
            .and("checkpoint_age_seconds", age(owner))
            .and("growing_segments", owner.growingSegments())
            .and("growing_rows", owner.rows())
            .and("growing_bytes", owner.bytes())
            .and("rows_per_second", owner.rowsPerSecond())
            .and("bytes_per_second", owner.bytesPerSecond());
      } else {
        row.and("state", silent.getOrDefault(state.owner(), "not served at present"));
      }
      rows.add(row);
    }
    return rows;
  }

  private double age(StreamingNode.Held held) {
    return ageSeconds(held, clock);
  }

  /** 0 when every row is in a file. */
  static double ageSeconds(StreamingNode.Held held, InstantSource clock) {
    long since = held.unflushedSince();
    return since == 0 ? 0 : Math.max(0, clock.millis() - Timestamps.physicalMillis(since)) / 1000.0;
  }

  /** Segments of all collections; {@code nodes} are the query nodes that serve a sealed one. */
  List<OperatorRow> segments() {
    Directory directory = site.directory();
    List<OperatorRow> rows = new ArrayList<>();
    for (Catalogue.Collection collection : collections()) {
      List<Segments.Segment> segments = directory.dataCoord().segments(collection.id());
      Map<Long, List<Long>> placed = directory.queryCoord().placements(collection.id());
      Map<Long, Long> indexes = indexes(segments);
      for (Segments.Segment segment : segments) {
        rows.add(
            OperatorRow.of("collection", name(collection))
                .and("segment_id", segment.id())
                .and("partition_id", segment.partitionId())
                .and("channel", segment.channel())
                .and("state", segment.state().name().toLowerCase(Locale.ROOT))
                .and("rows", segment.rows())
                .and("bytes", segment.bytes())
                .and("indexes", indexes.getOrDefault(segment.id(), 0L))
                .and("nodes", placed.getOrDefault(segment.id(), List.of())));
      }
    }
    return rows;
  }

  private Map<Long, Long> indexes(List<Segments.Segment> segments) {
    List<Long> flushed =
        segments.stream()
            .filter(segment -> segment.state() == Segments.State.FLUSHED)
            .map(Segments.Segment::id)
            .toList();
    return site.directory().indexCoord().files(flushed).stream()
        .collect(Collectors.groupingBy(Segments.IndexFile::segmentId, Collectors.counting()));
  }

  /**
   * A line for each shard of each replica of what is loaded; one for a replica that has none yet.
   */
  List<OperatorRow> replicas() {
    QueryCoord coordinator = site.directory().queryCoord();
    List<OperatorRow> rows = new ArrayList<>();
    for (Catalogue.Collection collection : collections()) {
      int percent =
          coordinator.loadState(collection.id()).map(QueryCoord.LoadState::percent).orElse(0);
      for (QueryCoord.Replica replica : coordinator.replicas(collection.id())) {
        replica.shards().stream()
            .map(shard ->
                replicaRow(collection, replica, percent)
                    .and("channel", shard.channel())
                    .and("leader", shard.leaderNode())
                    .and("nodes", shard.nodes()))
            .forEach(rows::add);
        if (replica.shards().isEmpty()) {
          rows.add(
              replicaRow(collection, replica, percent)
                  .and("nodes", replica.nodes())
                  .and("state", replica.nodes().isEmpty() ? "has no node" : "serves nothing yet"));
        }
      }
    }
    return rows;
  }

  private static OperatorRow replicaRow(
      Catalogue.Collection collection, QueryCoord.Replica replica, int percent) {
    return OperatorRow.of("collection", name(collection))
        .and("replica_id", replica.id())
        .and("resource_group", replica.group())
        .and("loaded_percent", percent);
  }

  List<Catalogue.Collection> collections() {
    var catalogue = site.directory().rootCoord();
    return catalogue.databases().stream()
        .flatMap(database -> catalogue.collections(database.name()).stream())
        .toList();
  }

  private static String name(Catalogue.Collection collection) {
    return collection.database().equals(Catalogue.DEFAULT_DATABASE)
        ? collection.name()
        : collection.database() + "." + collection.name();
  }

  /** Segments that the views have on each query node. */
  Map<Long, Integer> segmentsOnNodes() {
    Map<Long, Integer> count = new TreeMap<>();
    for (Catalogue.Collection collection : collections()) {
      site.directory()
          .queryCoord()
          .placements(collection.id())
          .values()
          .forEach(nodes -> Set.copyOf(nodes).forEach(node -> count.merge(node, 1, Integer::sum)));
    }
    return count;
  }
}
