package io.elanus.node.streaming;

import io.elanus.roles.DataCoord;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.View;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which growing segments the sealed segments of a view replace: the segments themselves, and those
 * that a compaction merged into one of them. Asked outside of the loop.
 */
final class Lineage {
  private Lineage() {}

  /**
   * @throws ElanusException UNAVAILABLE when it cannot be told, because a segment of the view was
   *     replaced since the view was planned; a newer plan follows
   */
  static Set<Long> covered(Shard shard, View view, DataCoord dataCoord) {
    Set<Long> covered = new HashSet<>(view.placements().keySet());
    Set<Long> held = new HashSet<>();
    for (Growing growing : shard.snapshot().local()) {
      if (!growing.open() && !covered.contains(growing.id())) {
        held.add(growing.id());
      }
    }
    if (held.isEmpty()) {
      return covered;
    }
    Map<Long, Segments.Segment> listed = new HashMap<>();
    dataCoord
        .flushedSegments(shard.collectionId())
        .forEach(segment -> listed.put(segment.id(), segment));
    Set<Long> present =
        shard.snapshot().view().map(current -> current.placements().keySet()).orElse(Set.of());
    boolean unknown = false;
    for (long placed : view.placements().keySet()) {
      Segments.Segment segment = listed.get(placed);
      if (segment == null) {
        unknown |= !present.contains(placed);
      } else {
        covered.addAll(segment.compactedFrom());
      }
    }
    held.removeAll(covered);
    held.removeAll(listed.keySet());
    if (unknown && !held.isEmpty()) {
      throw replaced(view);
    }
    return covered;
  }

  /**
   * The same at a follower, which is not told what is flushed: any segment it holds may be.
   *
   * @param flushed segments of the collection, listed after the view was planned
   */
  static Set<Long> covered(Shard shard, View view, List<Segments.Segment> flushed) {
    Set<Long> covered = new HashSet<>(view.placements().keySet());
    Set<Long> unlisted = new HashSet<>(covered);
    for (Segments.Segment segment : flushed) {
      if (unlisted.remove(segment.id())) {
        covered.addAll(segment.compactedFrom());
      }
    }
    shard.snapshot().view().ifPresent(current -> unlisted.removeAll(current.placements().keySet()));
    boolean held =
        shard.snapshot().local().stream().anyMatch(growing -> !covered.contains(growing.id()));
    if (held && !unlisted.isEmpty()) {
      throw replaced(view);
    }
    return covered;
  }

  private static ElanusException replaced(View view) {
    return new ElanusException(
            ErrorCode.UNAVAILABLE, "a segment of the view was replaced; plan a newer view")
        .with("channel", view.channel())
        .with("version", view.version());
  }
}
