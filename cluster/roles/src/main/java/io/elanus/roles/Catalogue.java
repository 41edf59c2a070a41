package io.elanus.roles;

import io.elanus.schema.CollectionSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What exists, as readers see it. Timestamps are hybrid; "utc" ones are milliseconds. */
public final class Catalogue {
  public static final String DEFAULT_DATABASE = "default";
  public static final String DEFAULT_PARTITION = "_default";

  private Catalogue() {}

  public record Database(
      long id, String name, long createdTimestamp, Map<String, String> properties) {
    public Database {
      properties = Map.copyOf(properties);
    }
  }

  public record Partition(long id, String name, long createdTimestamp) {}

  /**
   * @param channels virtual channels in shard order, named {@code <physical channel>_<collection
   *     id>v<shard>}
   * @param updateTimestamp moves with each change of schema, and with nothing else
   */
  public record Collection(
      long id,
      long databaseId,
      String database,
      CollectionSchema schema,
      List<String> channels,
      List<Partition> partitions,
      List<String> aliases,
      Consistency consistency,
      Map<String, String> properties,
      long createdTimestamp,
      long updateTimestamp) {
    public Collection {
      channels = List.copyOf(channels);
      partitions = List.copyOf(partitions);
      aliases = List.copyOf(aliases);
      properties = Map.copyOf(properties);
    }

    public String name() {
      return schema.name();
    }

    public Optional<Partition> partition(String name) {
      return partitions.stream().filter(partition -> partition.name().equals(name)).findFirst();
    }
  }

  public record Alias(String database, String name, String collection) {}

  /** The physical channel of a virtual one: the text before the last underscore. */
  public static String physicalChannel(String virtualChannel) {
    return virtualChannel.substring(0, virtualChannel.lastIndexOf('_'));
  }

  /** The collection id in a virtual channel's name. */
  public static long collectionId(String virtualChannel) {
    String tail = virtualChannel.substring(virtualChannel.lastIndexOf('_') + 1);
    return Long.parseLong(tail.substring(0, tail.indexOf('v')));
  }
}
