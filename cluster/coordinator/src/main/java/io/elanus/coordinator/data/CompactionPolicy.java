package io.elanus.coordinator.data;

import io.elanus.roles.Segments.DeleteFile;
import io.elanus.roles.Segments.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which segments of a collection should become one. Segments of one channel and partition are put
 * together oldest first.
 *
 * <p>On its own it merges small segments of like size (within a factor of four, so that a row is
 * rewritten a logarithmic number of times), and rewrites those with many expired rows or with many
 * rows whose deletes no pinned read can tell any more. Asked by a user it also rewrites whatever
 * has deletes and merges whatever fits.
 */
final class CompactionPolicy {
  private static final long SMALLEST_TIER_BYTES = 1 << 20;

  /** Sources of one merge must fit one transaction, together with the delete files it ends. */
  private static final int MOST_SOURCES = 40;

  private final DataSettings settings;

  CompactionPolicy(DataSettings settings) {
    this.settings = settings;
  }

  private record Place(String channel, long partitionId) {}

  /**
   * @param segments flushed and free to be compacted, all of one collection
   * @param deletes delete files by channel
   * @param horizon deletes up to this timestamp may remove rows for good
   * @param expiredBefore rows written before it may go; 0: none
   * @param asked by a user
   * @return groups of at least one segment
   */
  List<List<Segment>> plan(
      List<Segment> segments,
      Map<String, List<DeleteFile>> deletes,
      long horizon,
      long expiredBefore,
      boolean asked) {
    Map<Long, Double> deletedShares =
        deletedShares(segments, deletes, asked ? Long.MAX_VALUE : horizon);
    Map<Place, List<Segment>> places =
        new TreeMap<>(Comparator.comparing(Place::channel).thenComparingLong(Place::partitionId));
    segments.stream()
        .sorted(Comparator.comparingLong(Segment::id))
        .forEach(segment ->
            places
                .computeIfAbsent(
                    new Place(segment.channel(), segment.partitionId()), p -> new ArrayList<>())
                .add(segment));
    List<List<Segment>> groups = new ArrayList<>();
    for (List<Segment> place : places.values()) {
      groups.addAll(
          asked
              ? everything(place, deletedShares, expiredBefore)
              : worthwhile(place, deletedShares, expiredBefore));
    }
    return groups;
  }

  /** Files say how many rows they delete on a channel; each segment is charged its part by rows. */
  private static Map<Long, Double> deletedShares(
      List<Segment> segments, Map<String, List<DeleteFile>> deletes, long horizon) {
    Map<Long, Double> shares = new HashMap<>();
    deletes.forEach((channel, files) -> {
      for (DeleteFile file : files) {
        if (file.maxTimestamp() > horizon) {
          continue;
        }
        List<Segment> concerned =
            segments.stream()
                .filter(segment -> segment.channel().equals(channel))
                .filter(segment -> concerns(file, segment))
                .toList();
        long rows = concerned.stream().mapToLong(Segment::rows).sum();
        concerned.forEach(
            segment -> shares.merge(segment.id(), (double) file.rows() / rows, Double::sum));
      }
    });
    return shares;
  }

  /** Whether the file may hide rows of the segment that its own files still show. */
  static boolean concerns(DeleteFile file, Segment segment) {
    return file.maxTimestamp() > segment.deletesAppliedUpTo()
        && file.maxTimestamp() > segment.minTimestamp();
  }

  private List<List<Segment>> everything(
      List<Segment> place, Map<Long, Double> deletedShares, long expiredBefore) {
    List<List<Segment>> groups = new ArrayList<>();
    for (List<Segment> bin : bins(place)) {
      Segment first = bin.getFirst();
      boolean dirty = deletedShares.containsKey(first.id()) || first.minTimestamp() < expiredBefore;
      if (bin.size() > 1 || dirty) {
        groups.add(bin);
      }
    }
    return groups;
  }

  private List<List<Segment>> worthwhile(
      List<Segment> place, Map<Long, Double> deletedShares, long expiredBefore) {
    List<List<Segment>> groups = new ArrayList<>();
    Map<Integer, List<Segment>> tiers = new TreeMap<>();
    for (Segment segment : place) {
      boolean dirty =
          deletedShares.getOrDefault(segment.id(), 0.0) >= settings.deletedShare()
              || segment.maxTimestamp() < expiredBefore;
      if (dirty) {
        groups.add(List.of(segment));
      } else if (segment.bytes() < settings.smallBytes()) {
        tiers.computeIfAbsent(tier(segment.bytes()), t -> new ArrayList<>()).add(segment);
      }
    }
    for (List<Segment> tier : tiers.values()) {
      for (List<Segment> bin : bins(tier)) {
        if (bin.size() >= settings.smallCount()) {
          groups.add(bin);
        }
      }
    }
    return groups;
  }

  private static int tier(long bytes) {
    int tier = 0;
    for (long limit = SMALLEST_TIER_BYTES; bytes >= limit; limit *= 4) {
      tier++;
    }
    return tier;
  }

  /** In order; a bin holds at most the target size, or one segment. */
  private List<List<Segment>> bins(List<Segment> segments) {
    List<List<Segment>> bins = new ArrayList<>();
    List<Segment> bin = new ArrayList<>();
    long bytes = 0;
    for (Segment segment : segments) {
      boolean full = bytes + segment.bytes() > settings.targetBytes() || bin.size() == MOST_SOURCES;
      if (!bin.isEmpty() && full) {
        bins.add(bin);
        bin = new ArrayList<>();
        bytes = 0;
      }
      bin.add(segment);
      bytes += segment.bytes();
    }
    if (!bin.isEmpty()) {
      bins.add(bin);
    }
    return bins;
  }
}
