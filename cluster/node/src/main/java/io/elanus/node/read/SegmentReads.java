package io.elanus.node.read;

import io.elanus.index.ScoreRange;
import io.elanus.roles.Reads;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import io.elanus.segment.GroupBy;
import io.elanus.segment.Matches;
import io.elanus.segment.SearchHits;
import io.elanus.segment.Segment;
import io.elanus.segment.SegmentQuery;
import io.elanus.segment.SegmentSearch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/**
 * Runs a read over segments, side by side, and merges what they find; the queries of one search
 * share the threads, too. Whoever calls keeps the segments open meanwhile.
 */
public final class SegmentReads {
  private final ReadThreads threads;

  public SegmentReads(ReadThreads threads) {
    this.threads = threads;
  }

  public Reads.Hits search(List<? extends Segment> segments, Reads.Search search) {
    int queries = search.queries().rows();
    if (segments.isEmpty()) {
      return HitsMerge.none(queries);
    }
    SegmentSearch request = request(search);
    if (segments.size() == 1) {
      Segment only = segments.getFirst();
      return threads.run(() -> hits(only, only.search(request, threads.help())));
    }
    List<Callable<Reads.Hits>> tasks = new ArrayList<>(segments.size());
    for (Segment segment : segments) {
      tasks.add(() -> hits(segment, segment.search(request, threads.help())));
    }
    return HitsMerge.merge(
        search.metric(), queries, search.k(), search.groupBy(), threads.all(tasks));
  }

  /**
   * Begins the search of each segment, whose hits are still to be merged, but of those that this
   * thread had best search itself; see {@link #quick}.
   */
  public List<Future<Reads.Hits>> begin(List<? extends Segment> segments, Reads.Search search) {
    if (segments.isEmpty()) {
      return List.of();
    }
    SegmentSearch request = request(search);
    List<Future<Reads.Hits>> parts = new ArrayList<>(segments.size());
    for (Segment segment : segments) {
      if (!threads.here(segment.quick(request))) {
        parts.add(begin(segment, request, false));
      }
    }
    return parts;
  }

  /**
   * Searches the segments that {@link #begin} left, which cost the less the better the hits are
   * that other segments gave.
   *
   * @param others hits of other segments, as far as they are known
   */
  public List<Future<Reads.Hits>> quick(
      List<? extends Segment> segments, Reads.Search search, Optional<Reads.Hits> others) {
    if (segments.isEmpty()) {
      return List.of();
    }
    SegmentSearch request = request(search);
    SegmentSearch against = others.map(hits -> against(request, hits)).orElse(request);
    List<Future<Reads.Hits>> parts = new ArrayList<>(segments.size());
    for (Segment segment : segments) {
      if (threads.here(segment.quick(request))) {
        parts.add(begin(segment, against, true));
      }
    }
    return parts;
  }

  private Future<Reads.Hits> begin(Segment segment, SegmentSearch request, boolean here) {
    return threads.begin(here, () -> hits(segment, segment.search(request, threads.help())));
  }

  private static SegmentSearch against(SegmentSearch request, Reads.Hits others) {
    boolean full = others.counts().length == 1 && others.counts()[0] >= request.k();
    return full ? request.against(others.scores()[request.k() - 1]) : request;
  }

  public Reads.Found query(
      List<? extends Segment> segments, Reads.Query query, CollectionSchema schema) {
    SegmentQuery request =
        new SegmentQuery(
            query.filter(),
            query.scope().timestamp(),
            query.scope().expiredBefore(),
            query.limit(),
            Optional.empty(),
            query.countOnly());
    List<Callable<Matches>> tasks = new ArrayList<>(segments.size());
    for (Segment segment : segments) {
      tasks.add(() -> segment.query(request));
    }
    List<Matches> matches = threads.all(tasks);
    if (query.countOnly()) {
      return new Reads.Found(matches.stream().mapToLong(Matches::count).sum(), RowBatch.empty());
    }
    return fetchMatches(segments, matches, query, schema);
  }

  private Reads.Found fetchMatches(
      List<? extends Segment> segments,
      List<Matches> matches,
      Reads.Query query,
      CollectionSchema schema) {
    FoundMerge.Picked picked =
        FoundMerge.pick(
            matches.stream().map(Matches::keys).toList(),
            matches.stream().map(Matches::timestamps).toList(),
            query.limit());
    int[] ordinals = new int[picked.rows().length];
    for (int i = 0; i < ordinals.length; i++) {
      ordinals[i] = matches.get(picked.parts()[i]).ordinals()[picked.rows()[i]];
    }
    List<Long> columns = columns(schema, query.fields());
    RowBatch rows = fetch(segments, picked.parts(), ordinals, columns);
    return new Reads.Found(rows.rows(), rows);
  }

  /** The columns of an answer: the primary key, the row's timestamp, and what was asked for. */
  public static List<Long> columns(CollectionSchema schema, List<Long> fields) {
    Set<Long> columns = new LinkedHashSet<>();
    columns.add(schema.primaryKey().id());
    columns.add(CollectionSchema.TIMESTAMP_FIELD);
    columns.addAll(fields);
    return List.copyOf(columns);
  }

  /**
   * Rows in the order asked for.
   *
   * @param owners [rows] ordinal of the segment of each row
   * @param ordinals [rows] of the rows in their segments
   */
  public RowBatch fetch(
      List<? extends Segment> segments, int[] owners, int[] ordinals, List<Long> fields) {
    List<Callable<RowBatch>> tasks = new ArrayList<>();
    int[] batchOf = new int[segments.size()];
    Arrays.fill(batchOf, -1);
    for (int segment = 0; segment < segments.size(); segment++) {
      int[] wanted = wanted(segment, owners, ordinals);
      if (wanted.length > 0) {
        batchOf[segment] = tasks.size();
        Segment from = segments.get(segment);
        tasks.add(() -> from.fetch(wanted, fields));
      }
    }
    List<RowBatch> parts = threads.all(tasks);
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return assemble(parts, batchOf, owners);
  }

  private static RowBatch assemble(List<RowBatch> parts, int[] batchOf, int[] owners) {
    int[] cursors = new int[parts.size()];
    int[] batches = new int[owners.length];
    int[] rows = new int[owners.length];
    for (int i = 0; i < owners.length; i++) {
      batches[i] = batchOf[owners[i]];
      rows[i] = cursors[batches[i]]++;
    }
    return RowBatch.gather(parts, batches, rows);
  }

  private static int[] wanted(int segment, int[] owners, int[] ordinals) {
    int[] wanted = new int[owners.length];
    int count = 0;
    for (int i = 0; i < owners.length; i++) {
      if (owners[i] == segment) {
        wanted[count++] = ordinals[i];
      }
    }
    return Arrays.copyOf(wanted, count);
  }

  private static SegmentSearch request(Reads.Search search) {
    return new SegmentSearch(
        search.fieldId(),
        search.metric(),
        search.queries(),
        search.k(),
        parameters(search.parameters()),
        search.filter(),
        search.scope().timestamp(),
        search.scope().expiredBefore(),
        range(search.metric(), search.range()),
        search.after(),
        search
            .groupBy()
            .map(by -> new GroupBy(by.fieldId(), by.jsonPath(), by.size(), by.strict())),
        Float.NaN);
  }

  private static ScoreRange range(Metric metric, Reads.Range range) {
    if (range.radius().isEmpty() && range.rangeFilter().isEmpty()) {
      return ScoreRange.NONE;
    }
    boolean open = range.radius().isEmpty();
    return metric.largerIsBetter()
        ? new ScoreRange(
            range.radius().orElse(Float.NEGATIVE_INFINITY),
            open,
            range.rangeFilter().orElse(Float.POSITIVE_INFINITY),
            true)
        : new ScoreRange(
            range.rangeFilter().orElse(Float.NEGATIVE_INFINITY),
            true,
            range.radius().orElse(Float.POSITIVE_INFINITY),
            open);
  }

  private static Map<String, Object> parameters(Map<String, Value> values) {
    if (values.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> parameters = new HashMap<>();
    values.forEach((name, value) -> parameters.put(name, value.plain()));
    return parameters;
  }

  /** The hits of one segment, query after query. */
  private static Reads.Hits hits(Segment segment, List<SearchHits> found) {
    int[] counts = new int[found.size()];
    int total = 0;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = found.get(i).count();
      total += counts[i];
    }
    if (counts.length == 1) {
      SearchHits only = TieOrder.byKey(found.getFirst());
      return hits(segment, counts, only.keys(), only.scores(), only);
    }
    return concatenated(segment, found, counts, total);
  }

  private static Reads.Hits hits(
      Segment segment, int[] counts, Keys keys, float[] scores, SearchHits only) {
    long[] segments = new long[scores.length];
    Arrays.fill(segments, segment.id());
    return new Reads.Hits(
        counts,
        keys,
        scores,
        only.timestamps(),
        segments,
        only.ordinals(),
        only.groups(),
        segment.rows());
  }

  private static Reads.Hits concatenated(
      Segment segment, List<SearchHits> found, int[] counts, int total) {
    HitsBuilder all = new HitsBuilder(total);
    found.forEach(hits -> all.add(TieOrder.byKey(hits)));
    return all.build(segment, counts);
  }
}
