package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.Column;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which shard and which partition each row goes to. */
final class ShardRouter {
  private ShardRouter() {}

  /** Partitions of a collection with a partition key, in the order of their numeric suffix. */
  static List<Catalogue.Partition> keyPartitions(Catalogue.Collection collection) {
    return collection.partitions().stream()
        .sorted(Comparator.comparingInt(partition -> suffix(partition.name())))
        .toList();
  }

  private static int suffix(String name) {
    return Integer.parseInt(name.substring(name.lastIndexOf('_') + 1));
  }

  /** Ordinals of the rows of each shard, in row order; shards without rows are left out. */
  static Map<String, int[]> byShard(List<String> channels, Column keys) {
    return grouped(RoutingHash.buckets(keys, channels.size()), channels.size(), channels);
  }

  /**
   * Rows by channel and partition.
   *
   * @param partition of all rows, when there is no partition key
   * @param firstRowId row ids are given group by group
   */
  static Map<String, List<StreamingNode.Rows>> route(
      Catalogue.Collection collection,
      RowBatch batch,
      Optional<Catalogue.Partition> partition,
      long firstRowId) {
    List<String> channels = collection.channels();
    Column keys = batch.get(collection.schema().primaryKey().id());
    List<Catalogue.Partition> partitions =
        partition.map(List::of).orElseGet(() -> keyPartitions(collection));
    int[] groups = RoutingHash.buckets(keys, channels.size());
    if (partitions.size() > 1) {
      FieldSchema partitionKey = collection.schema().partitionKey().orElseThrow();
      int[] within = RoutingHash.buckets(batch.get(partitionKey.id()), partitions.size());
      for (int row = 0; row < groups.length; row++) {
        groups[row] = groups[row] * partitions.size() + within[row];
      }
    }
    return collect(channels, partitions, batch, groups, firstRowId);
  }

  private static Map<String, List<StreamingNode.Rows>> collect(
      List<String> channels,
      List<Catalogue.Partition> partitions,
      RowBatch batch,
      int[] groups,
      long firstRowId) {
    int count = channels.size() * partitions.size();
    Map<String, List<StreamingNode.Rows>> routed = new LinkedHashMap<>();
    long rowId = firstRowId;
    int[][] members = members(groups, count);
    for (int group = 0; group < count; group++) {
      int[] ordinals = members[group];
      if (ordinals.length == 0) {
        continue;
      }
      RowBatch rows = ordinals.length == batch.rows() ? batch : batch.take(ordinals);
      routed
          .computeIfAbsent(channels.get(group / partitions.size()), channel -> new ArrayList<>())
          .add(new StreamingNode.Rows(partitions.get(group % partitions.size()).id(), rowId, rows));
      rowId += ordinals.length;
    }
    return routed;
  }

  private static Map<String, int[]> grouped(int[] groups, int count, List<String> names) {
    int[][] members = members(groups, count);
    Map<String, int[]> result = new LinkedHashMap<>();
    for (int group = 0; group < count; group++) {
      if (members[group].length > 0) {
        result.put(names.get(group), members[group]);
      }
    }
    return result;
  }

  private static int[][] members(int[] groups, int count) {
    int[] sizes = new int[count];
    for (int group : groups) {
      sizes[group]++;
    }
    int[][] members = new int[count][];
    for (int group = 0; group < count; group++) {
      members[group] = new int[sizes[group]];
    }
    int[] filled = new int[count];
    for (int row = 0; row < groups.length; row++) {
      members[groups[row]][filled[groups[row]]++] = row;
    }
    return members;
  }
}
