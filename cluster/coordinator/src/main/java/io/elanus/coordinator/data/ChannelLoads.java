package io.elanus.coordinator.data;

import io.elanus.roles.StreamingNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What each channel costs its owner, as owners tell and as plans see it. The two differ: a channel
 * that moves makes its writers wait, so plans keep to the loads of their last look until nodes have
 * come to differ by half of their mean twice in a row, and then at most once in a minute. Plans
 * even out down to a fifth, so what one has brought about is far from asking for the next.
 */
final class ChannelLoads {
  /** What a channel costs that nobody writes to; idle ones are spread by their number. */
  static final long IDLE = 1 << 20;

  /** What a row costs beside its bytes: its key, its timestamps, its place in an index. */
  private static final long BYTES_PER_ROW = 256;

  /** An owner younger than this does not know yet; what its predecessor told counts as well. */
  private static final long FRESH_MILLIS = 60_000;

  private static final long PAUSE_MILLIS = 60_000;

  /**
   * @param since when this owner was first heard of, milliseconds
   * @param load bytes a second
   */
  private record Told(long epoch, long since, long load) {}

  private final Map<String, Told> told = new HashMap<>();
  private Map<String, Long> planned = Map.of();
  private boolean uneven;
  private long adopted = Long.MIN_VALUE / 2;

  /** By an owner. */
  synchronized void told(StreamingNode.Held held, long nowMillis) {
    long load = IDLE + held.bytesPerSecond() + held.rowsPerSecond() * BYTES_PER_ROW;
    Told before = told.get(held.channel());
    if (before == null) {
      told.put(held.channel(), new Told(held.epoch(), nowMillis - FRESH_MILLIS, load));
      return;
    }
    long since = before.epoch() == held.epoch() ? before.since() : nowMillis;
    boolean fresh = nowMillis - since < FRESH_MILLIS;
    told.put(
        held.channel(),
        new Told(held.epoch(), since, fresh ? Math.max(before.load(), load) : load));
  }

  /** For plans; {@link #IDLE} for one that is absent, as long as any is there. */
  synchronized Map<String, Long> planned() {
    return planned;
  }

  /**
   * Whether plans see other loads from now on.
   *
   * @param owners by channel
   * @param nodes that take channels
   */
  synchronized boolean adopt(Map<String, Long> owners, Set<Long> nodes, long nowMillis) {
    boolean before = uneven;
    uneven = isUneven(owners, nodes);
    if (!uneven || !before || nowMillis - adopted < PAUSE_MILLIS) {
      return false;
    }
    adopted = nowMillis;
    Map<String, Long> loads = new HashMap<>();
    owners.keySet().forEach(channel -> loads.put(channel, load(channel)));
    planned = Map.copyOf(loads);
    return true;
  }

  private boolean isUneven(Map<String, Long> owners, Set<Long> nodes) {
    Map<Long, Long> byNode = new HashMap<>();
    nodes.forEach(node -> byNode.put(node, 0L));
    owners.forEach(
        (channel, node) -> byNode.computeIfPresent(node, (key, sum) -> sum + load(channel)));
    var nodeLoads = byNode.values().stream().mapToLong(load -> load).summaryStatistics();
    return nodeLoads.getCount() > 1
        && nodeLoads.getMax() - nodeLoads.getMin() > nodeLoads.getAverage() / 2;
  }

  private long load(String channel) {
    Told known = told.get(channel);
    return known == null ? IDLE : known.load();
  }
}
