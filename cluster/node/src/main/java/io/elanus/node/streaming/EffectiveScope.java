package io.elanus.node.streaming;

import io.elanus.roles.Reads;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.Segment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a read of a shard covers, once its loaded partitions and its truncation are known. */
final class EffectiveScope {
  private EffectiveScope() {}

  /** The same object when nothing has to be added. */
  static Reads.Scope of(ShardSnapshot snapshot, Reads.Scope scope) {
    Set<Long> partitions = partitions(snapshot.loadedPartitions(), scope.partitions());
    long expiredBefore = Math.max(scope.expiredBefore(), snapshot.truncatedAt());
    if (partitions.equals(scope.partitions()) && expiredBefore == scope.expiredBefore()) {
      return scope;
    }
    return scope.narrowed(partitions, expiredBefore);
  }

  private static Set<Long> partitions(Set<Long> loaded, Set<Long> asked) {
    if (loaded.isEmpty() || asked.isEmpty()) {
      return loaded.isEmpty() ? asked : loaded;
    }
    Set<Long> both = new HashSet<>(asked);
    both.retainAll(loaded);
    if (both.isEmpty()) {
      throw new ElanusException(ErrorCode.PARTITION_NOT_LOADED).with("partitions", asked);
    }
    return both;
  }

  /** The local segments with rows to read. */
  static List<Segment> growing(ShardSnapshot snapshot, Reads.Scope scope) {
    List<Segment> growing = new ArrayList<>();
    if (!scope.ignoreGrowing()) {
      for (Growing each : snapshot.local()) {
        boolean wanted =
            scope.partitions().isEmpty() || scope.partitions().contains(each.partitionId());
        if (wanted && each.rows() > 0) {
          growing.add(each.segment());
        }
      }
    }
    return growing;
  }
}
