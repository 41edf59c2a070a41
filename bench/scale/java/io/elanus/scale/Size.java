package io.elanus.scale;

/**
 * How large the cluster is.
 *
 * @param nodes of each of the two kinds that hold something: query nodes and streaming nodes
 * @param shards of a collection, each on another physical channel
 */
public record Size(
    String name, int nodes, int segments, int channels, int collections, int shards) {
  public String channel(int ordinal) {
    return "channel-" + Math.floorMod(ordinal, channels);
  }

  public String virtualChannel(int collection, int shard) {
    return channel(collection * 31 + shard) + "_" + collectionId(collection) + "v" + shard;
  }

  public static long collectionId(int collection) {
    return 450_000_000_000_000_000L + collection;
  }

  public static long segmentId(int segment) {
    return 451_000_000_000_000_000L + segment;
  }
}
