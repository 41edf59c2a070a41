package io.elanus.segment;

import io.elanus.schema.KeyOrder;
import io.elanus.schema.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Merges the hits of several segments for one query, as plainly as can be: best first, equal scores
 * by key, of hits with one key the newest.
 */
final class HitMerge {
  /** Hits of one segment. */
  record Source(long segmentId, SearchHits hits) {}

  /** Hit {@code index} of source {@code source}. */
  record Place(int source, int index) {}

  private HitMerge() {}

  /**
   * The best hits.
   *
   * @param k hits wanted, or groups with {@code groupBy}
   */
  static List<Place> merge(Metric metric, List<Source> sources, int k, Optional<GroupBy> groupBy) {
    List<Place> places = new ArrayList<>();
    Map<Comparable<?>, Place> newest = new HashMap<>();
    for (int source = 0; source < sources.size(); source++) {
      for (int i = 0; i < sources.get(source).hits().count(); i++) {
        Place place = new Place(source, i);
        newest.merge(
            key(sources, place), place, (a, b) -> time(sources, b) > time(sources, a) ? b : a);
        places.add(place);
      }
    }
    places.removeIf(place -> !place.equals(newest.get(key(sources, place))));
    places.sort(order(metric, sources));
    return groupBy.isEmpty()
        ? List.copyOf(places.subList(0, Math.min(k, places.size())))
        : grouped(sources, places, k, groupBy.get().size());
  }

  private static Comparator<Place> order(Metric metric, List<Source> sources) {
    return (a, b) -> {
      float scoreA = score(sources, a);
      float scoreB = score(sources, b);
      if (metric.better(scoreA, scoreB)) {
        return -1;
      }
      return metric.better(scoreB, scoreA) ? 1 : KeyOrder.compare(key(sources, a), key(sources, b));
    };
  }

  private static List<Place> grouped(List<Source> sources, List<Place> places, int k, int size) {
    Map<Optional<Object>, Integer> counts = new HashMap<>();
    Set<Optional<Object>> groups = new HashSet<>();
    List<Place> kept = new ArrayList<>();
    for (Place place : places) {
      SearchHits hits = sources.get(place.source()).hits();
      Optional<Object> group =
          Optional.ofNullable(hits.groups().orElseThrow().value(place.index()));
      if (groups.size() < k) {
        groups.add(group);
      }
      if (groups.contains(group) && counts.merge(group, 1, Integer::sum) <= size) {
        kept.add(place);
      }
    }
    return kept;
  }

  private static Comparable<?> key(List<Source> sources, Place place) {
    return sources.get(place.source()).hits().keys().get(place.index());
  }

  private static long time(List<Source> sources, Place place) {
    return sources.get(place.source()).hits().timestamps()[place.index()];
  }

  private static float score(List<Source> sources, Place place) {
    return sources.get(place.source()).hits().scores()[place.index()];
  }
}
