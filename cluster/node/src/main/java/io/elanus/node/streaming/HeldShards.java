package io.elanus.node.streaming;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The shards of a physical channel that this node holds, and which of them may hold rows or deletes
 * that are in no published file.
 */
final class HeldShards {
  private final Map<String, Shard> shards = new ConcurrentHashMap<>();
  private final Set<Shard> unflushed;
  private final Drops drops = new Drops();

  /**
   * @param replayed what recovery rebuilt
   */
  HeldShards(List<Shard> replayed) {
    replayed.forEach(shard -> shards.put(shard.channel(), shard));
    unflushed = new LinkedHashSet<>(replayed);
  }

  Optional<Shard> find(String channel) {
    return Optional.ofNullable(shards.get(channel));
  }

  /** What is learnt from the catalogue is learnt through it, and every drop is told to it. */
  Drops drops() {
    return drops;
  }

  /** The shard, from now on; the one that is there already wins. */
  Shard install(Shard shard) {
    Shard before = shards.putIfAbsent(shard.channel(), shard);
    return before == null ? shard : before;
  }

  void forget(Shard shard) {
    shards.remove(shard.channel());
  }

  /** Loop only. */
  Iterable<Shard> unflushed() {
    return unflushed;
  }

  /** Rows in memory that files could serve, oldest first. */
  List<Growing> kept() {
    return shards.values().stream()
        .flatMap(shard -> shard.snapshot().local().stream())
        .filter(Growing::kept)
        .sorted(Comparator.comparingLong(Growing::minTimestamp))
        .toList();
  }

  /** Growing segments, and sealed ones that are not flushed, of all shards. */
  List<Growing> growing() {
    return shards.values().stream()
        .flatMap(shard -> shard.unflushed().stream())
        .filter(growing -> growing.rows() > 0)
        .toList();
  }

  /** Loop only: something was written to it. */
  void touched(Shard shard) {
    unflushed.add(shard);
  }

  /** Loop only: forgets to flush shards that hold nothing unflushed any more. */
  void tidy() {
    unflushed.removeIf(
        shard -> shard.unflushed().isEmpty() && shard.deletes().unflushedKeys() == 0);
  }

  /** Frees the memory of growing rows, once running reads have ended. */
  void close() {
    shards.values().forEach(Shard::close);
  }
}
