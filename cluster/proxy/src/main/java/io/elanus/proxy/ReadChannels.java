package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.schema.Keys;
import java.util.List;
import java.util.stream.IntStream;

/** The shards that a read must ask: all, or those of the keys its filter is limited to. */
final class ReadChannels {
  private ReadChannels() {}

  static List<String> of(Catalogue.Collection collection, FilterPlan filter) {
    List<String> channels = collection.channels();
    if (channels.size() == 1 || filter.facts().keys().isEmpty()) {
      return channels;
    }
    Keys keys = filter.facts().keys().get();
    boolean[] asked = new boolean[channels.size()];
    for (int i = 0; i < keys.size(); i++) {
      long hash =
          switch (keys) {
            case Keys.Longs longs -> RoutingHash.of(longs.keys()[i]);
            case Keys.Texts texts -> RoutingHash.of(texts.get(i));
          };
      asked[(int) (hash % channels.size())] = true;
    }
    List<String> some =
        IntStream.range(0, asked.length)
            .filter(shard -> asked[shard])
            .mapToObj(channels::get)
            .toList();
    return some.isEmpty() ? channels.subList(0, 1) : some;
  }
}
