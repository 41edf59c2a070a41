package io.elanus.coordinator.data;

import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Mirror;
import io.elanus.metadata.Versioned;
import io.elanus.roles.Catalogue;
import io.elanus.roles.codec.RecordCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Which node was granted which physical channel, for those who look for its owner. */
public final class ChannelOwners implements AutoCloseable {
  private static final String PREFIX = "data/record/channel/";

  /** A grant. */
  public record Owned(long nodeId, long epoch) {}

  private final Runnable changed;
  private final Mirror mirror;
  private volatile Map<String, Owned> owners = Map.of();

  /**
   * @param changed is called at first and after each change; must be quick
   */
  public ChannelOwners(MetadataStore store, Runnable changed) {
    this.changed = changed;
    mirror = new Mirror(store, PREFIX, this::take);
  }

  /** By physical channel, as of now or later; asks the store. */
  public static Map<String, Owned> read(MetadataStore store) {
    return granted(store.range(PREFIX));
  }

  private void take(SortedMap<String, Versioned> records) {
    owners = granted(records);
    changed.run();
  }

  private static Map<String, Owned> granted(SortedMap<String, Versioned> records) {
    Map<String, Owned> granted = new HashMap<>();
    for (Versioned record : records.values()) {
      if (RecordCodec.decode(DataEntry.class, record.value()) instanceof DataEntry.Channel channel
          && channel.owner() != DataEntry.Channel.NOBODY) {
        granted.put(channel.name(), new Owned(channel.owner(), channel.epoch()));
      }
    }
    return Map.copyOf(granted);
  }

  /**
   * Empty as well after an owner left. Of a physical channel, or of the one that carries a virtual
   * channel.
   */
  public Optional<Owned> find(String channel) {
    Owned owned = owners.get(channel);
    return owned != null
        ? Optional.of(owned)
        : Optional.ofNullable(owners.get(Catalogue.physicalChannel(channel)));
  }

  @Override
  public void close() {
    mirror.close();
  }
}
