package io.elanus.node.read;

import io.elanus.index.ScoreRange;
import io.elanus.roles.Reads;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
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
import java.util.function.Supplier;

/**
 * Runs a read over segments, side by side, and merges what they find; the queries of one search
 * share the threads, too. Whoever calls keeps the segments open meanwhile.
 */
public final class SegmentReads {
  private final ReadThreads threads;
  private final SharedScans shared;
  private final ColdReads cold = new ColdReads();

  public SegmentReads(ReadThreads threads) {
    this.threads = threads;
    this.shared = new SharedScans(threads);
  }

  public Reads.Hits search(List<? extends Segment> segments, Reads.Search search) {
    int queries = search.queries().rows();
    if (segments.isEmpty()) {
      return HitsMerge.none(queries);
    }
    SegmentSearch request = request(search);
    List<Future<Reads.Hits>> parts = new ArrayList<>(segments.size());
    for (int i = 0; i < segments.size(); i++) {
      parts.add(begin(i == segments.size() - 1, segments.get(i), request));
    }
    List<Reads.Hits> hits = cold.awaitAll(parts, i -> begin(false, segments.get(i), request));
    return hits.size() == 1
        ? hits.getFirst()
        : HitsMerge.merge(search.metric(), queries, search.k(), search.groupBy(), hits);
  }

  /**
   * Begins the search of segments, and of others by other means; their hits are still to be merged.
   * Segments that this thread had best search itself come last, and cost the less the better the
   * hits of the last of the others are.
   *
   * @param others begins the search of the others, the last of which this thread does itself
   */
  public List<Future<Reads.Hits>> begin(
      List<? extends Segment> segments,
      Reads.Search search,
      Supplier<List<Future<Reads.Hits>>> others) {
    if (segments.isEmpty()) {
      return others.get();
    }
    SegmentSearch request = request(search);
    List<Segment> here = new ArrayList<>();
    List<Future<Reads.Hits>> parts = new ArrayList<>();
    for (Segment segment : segments) {
      if (ReadThreads.here(segment.quick(request))) {
        here.add(segment);
      } else {
        parts.add(begin(false, segment, request));
      }
    }
    List<Future<Reads.Hits>> begun = others.get();
    parts.addAll(begun);
    SegmentSearch against =
        begun.isEmpty() || begun.getLast().state() != Future.State.SUCCESS
            ? request
            : against(request, begun.getLast().resultNow());
    here.forEach(segment -> parts.add(begin(true, segment, against)));
    return parts;
  }

  private static SegmentSearch against(SegmentSearch request, Reads.Hits others) {
    boolean full = others.counts().length == 1 && others.counts()[0] >= request.k();
    return full ? request.against(others.scores()[request.k() - 1]) : request;
  }

  /** What would have to wait for a thread may be answered together with others that do. */
  private Future<Reads.Hits> begin(boolean small, Segment segment, SegmentSearch request) {
    int together = ReadThreads.here(small) ? 1 : segment.together(request);
    return together == 1
        ? threads.begin(small, () -> hits(segment, segment.search(request, threads.help())))
        : shared.begin(segment, request, together);
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
    List<Matches> matches = all(tasks);
    if (query.countOnly()) {
      return new Reads.Found(matches.stream().mapToLong(Matches::count).sum(), RowBatch.empty());
    }
    return fetchMatches(segments, matches, query, schema);
  }

  private <T> List<T> all(List<Callable<T>> tasks) {
    return cold.awaitAll(threads.beginAll(tasks), i -> threads.begin(false, tasks.get(i)));
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
    List<RowBatch> parts = all(tasks);
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
        ScoreRange.of(search.metric(), search.range().radius(), search.range().rangeFilter()),
        search.after(),
        search
            .groupBy()
            .map(by -> new GroupBy(by.fieldId(), by.jsonPath(), by.size(), by.strict())),
        Float.NaN);
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
  static Reads.Hits hits(Segment segment, List<SearchHits> found) {
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
