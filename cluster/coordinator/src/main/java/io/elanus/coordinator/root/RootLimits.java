package io.elanus.coordinator.root;

/**
 * How much the catalogue holds; the defaults are Milvus's.
 *
 * @param capacity sum over collections of partitions × shards
 * @param fields of a collection, the dynamic one not counted
 */
public record RootLimits(
    int databases, int collections, int partitions, int capacity, int fields, int vectorFields) {
  public static final RootLimits DEFAULT = new RootLimits(64, 65_536, 1024, 65_536, 64, 10);
}
