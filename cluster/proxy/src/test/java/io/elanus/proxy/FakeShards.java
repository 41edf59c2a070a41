package io.elanus.proxy;

import io.elanus.expression.Filter;
import io.elanus.expression.FilterEvaluator;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.Bits;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A streaming node that keeps every batch as a segment of its own and answers by scanning. */
final class FakeShards implements StreamingNode {
  /** One batch: rows of one partition. */
  static final class Chunk {
    final long segmentId;
    final long partition;
    final RowBatch batch;
    final long timestamp;
    final long[] deletedAt;

    Chunk(long segmentId, long partition, RowBatch batch, long timestamp) {
      this.segmentId = segmentId;
      this.partition = partition;
      this.batch = batch;
      this.timestamp = timestamp;
      this.deletedAt = new long[batch.rows()];
    }
  }

  private record Row(Chunk chunk, int row) {}

  private final Supplier<Long> clock;
  private final Map<String, List<Chunk>> chunks = new HashMap<>();
  private final Map<String, CollectionSchema> schemas = new HashMap<>();
  private final Map<String, Outcome> answered = new HashMap<>();
  private long nextSegment = 1;

  final List<Write> writes = new ArrayList<>();
  final List<Reads.Search> searches = new ArrayList<>();
  final List<Reads.Query> queries = new ArrayList<>();
  final List<Reads.Fetch> fetches = new ArrayList<>();
  int movedNext;
  int staleNext;
  int unavailableNext;
  boolean loseAnswerOnce;

  /** What calls fail with while they are planned to. */
  ErrorCode failure = ErrorCode.CHANNEL_NOT_AVAILABLE;

  /** Of all writes that arrived, also of repeated ones. */
  final List<String> requestIds = new ArrayList<>();

  FakeShards(Supplier<Long> clock) {
    this.clock = clock;
  }

  synchronized void schema(String channel, CollectionSchema schema) {
    schemas.put(channel, schema);
    chunks.computeIfAbsent(channel, key -> new ArrayList<>());
  }

  @Override
  public void own(String physicalChannel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long lighten(String physicalChannel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Tick tick(String physicalChannel, long timestamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void leave(String physicalChannel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized Outcome write(Write write) {
    requestIds.add(write.requestId());
    if (movedNext > 0) {
      movedNext--;
      return new ChannelMoved();
    }
    CollectionSchema schema = schemas.get(write.channel());
    if (write.schemaVersion() != schema.version()) {
      throw new ElanusException(ErrorCode.SCHEMA_MISMATCH).with("collection", schema.name());
    }
    Outcome before = answered.get(write.requestId());
    if (before != null) {
      return before;
    }
    if (staleNext > 0 && write.readTimestamp() > 0) {
      staleNext--;
      return new Stale();
    }
    writes.add(write);
    long timestamp = clock.get();
    write.deletes().ifPresent(keys -> delete(write, keys, timestamp, schema));
    for (Rows rows : write.inserts()) {
      chunks
          .get(write.channel())
          .add(new Chunk(nextSegment++, rows.partitionId(), rows.batch(), timestamp));
    }
    Outcome outcome = new Written(timestamp);
    answered.put(write.requestId(), outcome);
    if (loseAnswerOnce) {
      loseAnswerOnce = false;
      throw new ElanusException(failure);
    }
    return outcome;
  }

  private void delete(Write write, Keys keys, long timestamp, CollectionSchema schema) {
    Set<Object> deleted = new HashSet<>();
    for (int i = 0; i < keys.size(); i++) {
      deleted.add(keys.get(i));
    }
    for (Chunk chunk : chunks.get(write.channel())) {
      if (write.deletePartition().isPresent() && write.deletePartition().get() != chunk.partition) {
        continue;
      }
      Keys present = chunk.batch.keys(schema.primaryKey().id());
      for (int row = 0; row < present.size(); row++) {
        if (deleted.contains(present.get(row)) && chunk.deletedAt[row] == 0) {
          chunk.deletedAt[row] = timestamp;
        }
      }
    }
  }

  private List<Row> visible(String channel, Reads.Scope scope, Filter filter) {
    List<Row> rows = new ArrayList<>();
    for (Chunk chunk : chunks.get(channel)) {
      boolean read =
          chunk.timestamp <= scope.timestamp()
              && (scope.partitions().isEmpty() || scope.partitions().contains(chunk.partition))
              && chunk.timestamp >= scope.expiredBefore();
      if (!read) {
        continue;
      }
      Bits matching =
          FilterEvaluator.evaluate(filter, io.elanus.expression.Rows.of(chunk.batch)).matches();
      for (int row = matching.next(0); row >= 0; row = matching.next(row + 1)) {
        if (chunk.deletedAt[row] == 0 || chunk.deletedAt[row] > scope.timestamp()) {
          rows.add(new Row(chunk, row));
        }
      }
    }
    return rows;
  }

  private void pass() {
    if (unavailableNext > 0) {
      unavailableNext--;
      throw new ElanusException(failure);
    }
  }

  private Object key(String channel, Row row) {
    return row.chunk.batch.keys(schemas.get(channel).primaryKey().id()).get(row.row);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compareKeys(Object a, Object b) {
    return ((Comparable) a).compareTo(b);
  }

  @Override
  public synchronized Reads.Hits search(String channel, Reads.Search search) {
    pass();
    searches.add(search);
    List<Row> rows = visible(channel, search.scope(), search.filter());
    int queries = search.queries().rows();
    int[] counts = new int[queries];
    List<Row> hits = new ArrayList<>();
    List<Float> scores = new ArrayList<>();
    for (int query = 0; query < queries; query++) {
      Map<Row, Float> byRow = scored(rows, search, query);
      List<Row> ranked = new ArrayList<>(byRow.keySet());
      Comparator<Row> order = Comparator.comparing(byRow::get);
      order = search.metric().largerIsBetter() ? order.reversed() : order;
      ranked.sort(order.thenComparing((a, b) -> compareKeys(key(channel, a), key(channel, b))));
      Set<Object> taken = new HashSet<>();
      ranked.removeIf(row -> !taken.add(key(channel, row)));
      List<Row> kept =
          search
              .groupBy()
              .map(group -> grouped(ranked, group, search.k()))
              .orElseGet(() -> ranked.subList(0, Math.min(search.k(), ranked.size())));
      kept.forEach(row -> {
        hits.add(row);
        scores.add(byRow.get(row));
      });
      counts[query] = kept.size();
    }
    return hits(channel, search, counts, hits, scores);
  }

  private static Map<Row, Float> scored(List<Row> rows, Reads.Search search, int query) {
    Map<Row, Float> scores = new LinkedHashMap<>();
    for (Row row : rows) {
      Column column = row.chunk.batch.get(search.fieldId());
      if (column.isNull(row.row)) {
        continue;
      }
      float score = score(search.metric(), search.queries(), query, column, row.row);
      boolean inRange =
          search
                  .range()
                  .radius()
                  .map(r -> search.metric().largerIsBetter() ? score > r : score < r)
                  .orElse(true)
              && search
                  .range()
                  .rangeFilter()
                  .map(f -> search.metric().largerIsBetter() ? score <= f : score >= f)
                  .orElse(true);
      boolean after = search.after().map(a -> search.metric().better(a, score)).orElse(true);
      if (inRange && after) {
        scores.put(row, score);
      }
    }
    return scores;
  }

  static float score(Metric metric, Column queries, int query, Column column, int row) {
    Column.Fixed left = (Column.Fixed) queries;
    Column.Fixed right = (Column.Fixed) column;
    float sum = 0;
    float leftNorm = 0;
    float rightNorm = 0;
    for (int i = 0; i < left.dimension(); i++) {
      float a = left.data().get(Column.FLOAT, 4L * (query * left.dimension() + i));
      float b = right.data().get(Column.FLOAT, 4L * (row * right.dimension() + i));
      sum += metric == Metric.L2 ? (a - b) * (a - b) : a * b;
      leftNorm += a * a;
      rightNorm += b * b;
    }
    return metric == Metric.COSINE ? (float) (sum / Math.sqrt((double) leftNorm * rightNorm)) : sum;
  }

  private static List<Row> grouped(List<Row> ranked, Reads.GroupBy group, int k) {
    Map<Optional<Object>, List<Row>> groups = new LinkedHashMap<>();
    List<Row> kept = new ArrayList<>();
    for (Row row : ranked) {
      Optional<Object> value =
          Optional.ofNullable(row.chunk.batch.get(group.fieldId()).value(row.row));
      if (groups.size() == k && !groups.containsKey(value)) {
        continue;
      }
      List<Row> members = groups.computeIfAbsent(value, key -> new ArrayList<>());
      if (members.size() < group.size()) {
        members.add(row);
        kept.add(row);
      }
    }
    return kept;
  }

  private Reads.Hits hits(
      String channel, Reads.Search search, int[] counts, List<Row> hits, List<Float> scores) {
    CollectionSchema schema = schemas.get(channel);
    ColumnBuilder keys = ColumnBuilder.of(schema.primaryKey());
    long[] segments = new long[hits.size()];
    int[] ordinals = new int[hits.size()];
    float[] values = new float[hits.size()];
    @Nullable ColumnBuilder groups =
        search
            .groupBy()
            .map(group -> ColumnBuilder.of(schema.field(group.fieldId()).orElseThrow()))
            .orElse(null);
    for (int i = 0; i < hits.size(); i++) {
      Row row = hits.get(i);
      keys.addRow(row.chunk.batch.get(schema.primaryKey().id()), row.row);
      segments[i] = row.chunk.segmentId;
      ordinals[i] = row.row;
      values[i] = scores.get(i);
      if (groups != null) {
        groups.addRow(row.chunk.batch.get(search.groupBy().orElseThrow().fieldId()), row.row);
      }
    }
    RowBatch keyBatch = new RowBatch(hits.size(), Map.of(0L, keys.build()));
    return new Reads.Hits(
        counts,
        keyBatch.keys(0),
        values,
        new long[hits.size()],
        segments,
        ordinals,
        Optional.ofNullable(groups).map(ColumnBuilder::build),
        hits.size());
  }

  @Override
  public synchronized Reads.Found query(String channel, Reads.Query query) {
    pass();
    queries.add(query);
    List<Row> rows = visible(channel, query.scope(), query.filter());
    if (query.countOnly()) {
      return new Reads.Found(rows.size(), RowBatch.empty());
    }
    Map<Object, Row> newest = new HashMap<>();
    for (Row row : rows) {
      newest.merge(
          key(channel, row), row, (a, b) -> b.chunk.timestamp >= a.chunk.timestamp ? b : a);
    }
    List<Row> ordered = new ArrayList<>(newest.values());
    ordered.sort((a, b) -> compareKeys(key(channel, a), key(channel, b)));
    if (query.limit() >= 0) {
      ordered = ordered.subList(0, (int) Math.min(query.limit(), ordered.size()));
    }
    List<Long> fields = new ArrayList<>(query.fields());
    long keyId = schemas.get(channel).primaryKey().id();
    if (!fields.contains(keyId)) {
      fields.add(keyId);
    }
    return new Reads.Found(rows.size(), batch(channel, ordered, fields));
  }

  private RowBatch batch(String channel, List<Row> rows, List<Long> fields) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    for (long field : fields) {
      ColumnBuilder builder = ColumnBuilder.of(schemas.get(channel).field(field).orElseThrow());
      rows.forEach(row -> builder.addRow(row.chunk.batch.get(field), row.row));
      columns.put(field, builder.build());
    }
    return new RowBatch(rows.size(), columns);
  }

  @Override
  public synchronized RowBatch fetch(String channel, Reads.Fetch fetch) {
    pass();
    fetches.add(fetch);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < fetch.segments().length; i++) {
      long segment = fetch.segments()[i];
      Chunk chunk =
          chunks.get(channel).stream()
              .filter(each -> each.segmentId == segment)
              .findFirst()
              .orElseThrow();
      rows.add(new Row(chunk, fetch.ordinals()[i]));
    }
    return batch(channel, rows, fetch.fields());
  }

  /** Chunks of all channels. */
  synchronized List<Chunk> all() {
    return chunks.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public synchronized void changeSchema(String channel, CollectionSchema schema) {
    schemas.put(channel, schema);
  }

  @Override
  public Switched switchView(Segments.View view) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void dropView(String channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sealed seal(String channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean flushedUpTo(String channel, long timestamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Segments.Segment> growing(String channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void dropShard(String channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void dropPartition(String channel, long partitionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void prepare(String physicalChannel) {}

  @Override
  public boolean reachesLog() {
    return true;
  }

  @Override
  public List<Held> held() {
    return List.of();
  }

  @Override
  public List<String> ailments() {
    return List.of();
  }

  @Override
  public void truncate(String channel, long timestamp) {
    throw new UnsupportedOperationException();
  }
}
