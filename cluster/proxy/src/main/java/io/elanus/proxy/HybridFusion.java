package io.elanus.proxy;

import io.elanus.roles.Reads;
import io.elanus.schema.KeyOrder;
import io.elanus.schema.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fuses the winners of several searches into one list per query: by key, best first, ties by key.
 */
final class HybridFusion {
  /** A row with its fused score, and where one of the searches found it. */
  private static final class Fused {
    private final int piece;
    private final int row;
    private double score;

    Fused(int piece, int row) {
      this.piece = piece;
      this.row = row;
    }
  }

  private final List<Winners> parts;
  private final List<Metric> metrics;
  private final HybridOptions options;
  private final List<Reads.Hits> pieces = new ArrayList<>();
  private final int[] firstPiece;
  private final boolean largerIsBetter;

  /**
   * @param parts winners of each search, all with the same number of queries
   */
  HybridFusion(List<Winners> parts, List<Metric> metrics, HybridOptions options) {
    this.parts = parts;
    this.metrics = metrics;
    this.options = options;
    this.firstPiece = new int[parts.size()];
    for (int part = 0; part < parts.size(); part++) {
      firstPiece[part] = pieces.size();
      pieces.addAll(parts.get(part).pieces());
    }
    this.largerIsBetter = options.ranker().largerIsBetter(metrics);
  }

  /** Pieces of all parts, one part after the other: the result's {@link Winners#pieces}. */
  Winners fuse(Optional<Reads.GroupBy> groupBy) {
    int queries = parts.getFirst().counts().length;
    int[] counts = new int[queries];
    int[] starts = new int[parts.size()];
    Winners.Builder builder = Winners.Builder.of(pieces);
    for (int query = 0; query < queries; query++) {
      List<Fused> ranked = ranked(query, starts);
      List<Fused> kept =
          groupBy.map(group -> grouped(ranked, group.size())).orElseGet(() -> window(ranked));
      kept.forEach(hit -> builder.add(hit.piece, hit.row, (float) hit.score));
      counts[query] = kept.size();
      for (int part = 0; part < starts.length; part++) {
        starts[part] += parts.get(part).counts()[query];
      }
    }
    return builder.build(counts);
  }

  private List<Fused> ranked(int query, int[] starts) {
    Map<Object, Fused> byKey = new HashMap<>();
    for (int part = 0; part < starts.length; part++) {
      Winners winners = parts.get(part);
      for (int i = 0; i < winners.counts()[query]; i++) {
        int hit = starts[part] + i;
        int piece = firstPiece[part] + winners.piece()[hit];
        int row = winners.row()[hit];
        Fused fused = byKey.computeIfAbsent(winners.key(hit), key -> new Fused(piece, row));
        fused.score += options.ranker().share(part, winners.scores()[hit], i + 1, metrics);
      }
    }
    List<Fused> ranked = new ArrayList<>(byKey.values());
    ranked.sort(this::compare);
    return ranked;
  }

  private int compare(Fused a, Fused b) {
    int order = Float.compare((float) a.score, (float) b.score);
    if (order != 0) {
      return largerIsBetter ? -order : order;
    }
    return KeyOrder.compare(pieces.get(a.piece).keys(), a.row, pieces.get(b.piece).keys(), b.row);
  }

  private List<Fused> window(List<Fused> ranked) {
    int from = Math.min(options.offset(), ranked.size());
    int to = Math.min(from + options.limit(), ranked.size());
    return ranked.subList(from, to);
  }

  private List<Fused> grouped(List<Fused> ranked, int size) {
    Map<Optional<Object>, List<Fused>> groups = new LinkedHashMap<>();
    for (Fused hit : ranked) {
      List<Fused> members =
          groups.computeIfAbsent(
              GroupMerge.value(pieces.get(hit.piece), hit.row), value -> new ArrayList<>());
      if (members.size() < size) {
        members.add(hit);
      }
    }
    Comparator<List<Fused>> best = Comparator.comparingDouble(this::groupScore);
    List<List<Fused>> ordered = new ArrayList<>(groups.values());
    ordered.sort(largerIsBetter ? best.reversed() : best);
    return ordered.stream()
        .skip(options.offset())
        .limit(options.limit())
        .flatMap(List::stream)
        .toList();
  }

  private double groupScore(List<Fused> group) {
    double sum = group.stream().mapToDouble(hit -> hit.score).sum();
    return switch (options.groupScorer()) {
      case MAX -> group.getFirst().score;
      case SUM -> sum;
      case AVG -> sum / group.size();
    };
  }
}
