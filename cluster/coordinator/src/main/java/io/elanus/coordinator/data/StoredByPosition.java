package io.elanus.coordinator.data;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Segments;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Segments by physical channel and last log position, so that a grant looks at those that a new
 * owner needs and not at all there are.
 */
final class StoredByPosition {
  /** Where a segment is among those of its channel. */
  private record Place(long lastPosition, long id) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparingLong(Place::lastPosition).thenComparingLong(Place::id);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  private final Map<String, TreeMap<Place, Segments.Segment>> channels = new HashMap<>();
  private final Map<Long, DataEntry.Stored> byId = new HashMap<>();

  void set(DataEntry.Stored stored, boolean put) {
    DataEntry.Stored before = byId.remove(stored.segment().id());
    if (before != null) {
      of(before.segment()).remove(place(before.segment()));
    }
    if (put) {
      byId.put(stored.segment().id(), stored);
      of(stored.segment()).put(place(stored.segment()), stored.segment());
    }
  }

  private TreeMap<Place, Segments.Segment> of(Segments.Segment segment) {
    return channels.computeIfAbsent(
        Catalogue.physicalChannel(segment.channel()), absent -> new TreeMap<>());
  }

  private static Place place(Segments.Segment segment) {
    return new Place(segment.lastPosition(), segment.id());
  }

  /** Those that are known, in the order of the ids. */
  List<DataEntry.Stored> of(Collection<Long> ids) {
    return ids.stream().map(byId::get).filter(Objects::nonNull).toList();
  }

  /** Those that reach beyond a position of the channel's log, by collection and id. */
  List<Segments.Segment> beyond(String physicalChannel, long position) {
    return channels
        .getOrDefault(physicalChannel, new TreeMap<>())
        .tailMap(new Place(position, Long.MAX_VALUE), false)
        .values()
        .stream()
        .sorted(
            Comparator.comparingLong(Segments.Segment::collectionId)
                .thenComparingLong(Segments.Segment::id))
        .toList();
  }
}
