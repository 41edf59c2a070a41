package io.elanus.node.fakes;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.roles.Reads;
import io.elanus.roles.StreamingNode;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Rows;
import io.elanus.roles.StreamingNode.Write;
import io.elanus.roles.StreamingNode.Written;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A collection with one shard: Int64 key, a vector of four floats made from the version, and the
 * version itself.
 */
public final class TestTable {
  public static final long KEY = 100;
  public static final long VECTOR = 101;
  public static final long VERSION = 102;
  public static final int DIMENSION = 4;
  public static final long PARTITION = 7;

  private final TestCluster cluster;
  private final long id;
  private final String channel;
  private final AtomicLong requests = new AtomicLong();
  private CollectionSchema schema;

  public TestTable(TestCluster cluster, long id) {
    this.cluster = cluster;
    this.id = id;
    this.channel = TestCluster.CHANNEL + "_" + id + "v0";
    this.schema =
        new CollectionSchema(
            "table" + id,
            "",
            List.of(
                field(KEY, "id", DataType.INT64, true, false, Map.of()),
                field(
                    VECTOR,
                    "vector",
                    DataType.FLOAT_VECTOR,
                    false,
                    false,
                    Map.of("dim", "" + DIMENSION)),
                field(VERSION, "version", DataType.INT64, false, false, Map.of())),
            Map.of(),
            1,
            List.of(),
            103);
    announce();
  }

  public static FieldSchema field(
      long id,
      String name,
      DataType type,
      boolean key,
      boolean nullable,
      Map<String, String> parameters) {
    return new FieldSchema(
        id,
        name,
        "",
        type,
        Optional.empty(),
        key,
        false,
        false,
        false,
        nullable,
        false,
        Optional.empty(),
        parameters);
  }

  private void announce() {
    cluster.rootCoord().put(id, schema, List.of(channel), List.of(PARTITION, PARTITION + 1));
  }

  public long id() {
    return id;
  }

  public String channel() {
    return channel;
  }

  public CollectionSchema schema() {
    return schema;
  }

  /** One more nullable Int64 field, told to the leader first, then to everybody. */
  public void addField(long fieldId, String name) {
    CollectionSchema next = withField(fieldId, name);
    cluster.leader().changeSchema(channel, next);
    announce(next);
  }

  /** The next version: one more nullable Int64 field. Nobody knows it yet. */
  public CollectionSchema withField(long fieldId, String name) {
    List<FieldSchema> fields = new ArrayList<>(schema.fields());
    fields.add(field(fieldId, name, DataType.INT64, false, true, Map.of()));
    return new CollectionSchema(
        schema.name(), "", fields, Map.of(), schema.version() + 1, List.of(), fieldId + 1);
  }

  /** The catalogue says so from now on, and requests are made for it. */
  public void announce(CollectionSchema next) {
    schema = next;
    announce();
  }

  public void load() {
    cluster
        .queryCoord()
        .load(new io.elanus.roles.QueryCoord.Load(id, Set.of(), 1, Set.of(), false));
  }

  /**
   * The vector of a version; distinct versions have distinct vectors. Small integers: squared
   * distances are exact in any order of their terms.
   */
  public static float[] vector(long version) {
    long bits = version * 0x9E3779B97F4A7C15L;
    return new float[] {
      bits >>> 40 & 0xFF, bits >>> 48 & 0xFF, version & 0xFF, version >>> 8 & 0xFF
    };
  }

  public static RowBatch rows(long[] keys, long[] versions) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    ColumnBuilder key = new ColumnBuilder(DataType.INT64, 0, Optional.empty());
    ColumnBuilder vector = new ColumnBuilder(DataType.FLOAT_VECTOR, DIMENSION, Optional.empty());
    ColumnBuilder version = new ColumnBuilder(DataType.INT64, 0, Optional.empty());
    for (int i = 0; i < keys.length; i++) {
      key.add(keys[i]);
      vector.add(vector(versions[i]));
      version.add(versions[i]);
    }
    columns.put(KEY, key.build());
    columns.put(VECTOR, vector.build());
    columns.put(VERSION, version.build());
    return new RowBatch(keys.length, columns);
  }

  public String newRequest() {
    return "request-" + id + "-" + requests.incrementAndGet();
  }

  public long insert(long[] keys, long[] versions) {
    return insertInto(PARTITION, keys, versions);
  }

  public long insertInto(long partition, long[] keys, long[] versions) {
    return written(
        write(newRequest(), partition, Optional.empty(), Optional.of(rows(keys, versions)), 0));
  }

  public long upsert(long[] keys, long[] versions) {
    return written(
        write(
            newRequest(),
            PARTITION,
            Optional.of(Keys.of(keys)),
            Optional.of(rows(keys, versions)),
            0));
  }

  public long delete(long... keys) {
    return written(write(newRequest(), PARTITION, Optional.of(Keys.of(keys)), Optional.empty(), 0));
  }

  public Outcome write(
      String request,
      long partition,
      Optional<Keys> deletes,
      Optional<RowBatch> rows,
      long readTimestamp) {
    long firstRowId = cluster.rootCoord().allocateIds(rows.map(RowBatch::rows).orElse(1)).first();
    List<Rows> inserts =
        rows.map(batch -> List.of(new Rows(partition, firstRowId, batch))).orElse(List.of());
    return cluster
        .leader()
        .write(
            new Write(
                request,
                channel,
                schema.version(),
                inserts,
                deletes,
                Optional.empty(),
                readTimestamp));
  }

  public static long written(Outcome outcome) {
    if (outcome instanceof Written written) {
      return written.timestamp();
    }
    throw new AssertionError("not written: " + outcome);
  }

  /** Seals and waits until what was there is in files. */
  public void flush() {
    StreamingNode.Sealed sealed = cluster.leader().seal(channel);
    awaitFlushed(sealed.timestamp());
  }

  public void awaitFlushed(long timestamp) {
    Await.until(() -> cluster.leader().flushedUpTo(channel, timestamp), "rows are flushed");
  }

  public Reads.Scope at(long timestamp) {
    return new Reads.Scope(timestamp, Set.of(), 0, false, schema.version());
  }

  public long count(long timestamp) {
    return cluster
        .leader()
        .query(
            channel, new Reads.Query(at(timestamp), new Filter.Everything(), -1, true, List.of()))
        .count();
  }

  /** Version of each visible key. */
  public Map<Long, Long> all(long timestamp) {
    return query(timestamp, new Filter.Everything(), -1);
  }

  public Map<Long, Long> query(long timestamp, Filter filter, long limit) {
    RowBatch rows =
        cluster
            .leader()
            .query(
                channel,
                new Reads.Query(at(timestamp), filter, limit, false, List.of(VERSION, VECTOR)))
            .rows();
    return versions(rows);
  }

  /** Every row, page by page in key order. */
  public Map<Long, Long> iterate(long timestamp, int pageRows) {
    Map<Long, Long> all = new TreeMap<>();
    long after = Long.MIN_VALUE;
    while (true) {
      Filter filter =
          new Filter.Compare(
              new Operand.Field(KEY, DataType.INT64), Comparison.GREATER, new Value.Int(after));
      Map<Long, Long> page = query(timestamp, filter, pageRows);
      if (page.isEmpty()) {
        return all;
      }
      for (Map.Entry<Long, Long> row : page.entrySet()) {
        after = Math.max(after, row.getKey());
        if (all.put(row.getKey(), row.getValue()) != null) {
          throw new AssertionError("row twice: " + row.getKey());
        }
      }
    }
  }

  /** Checks that all fields of a row are of one version. */
  public static Map<Long, Long> versions(RowBatch rows) {
    Map<Long, Long> versions = new LinkedHashMap<>();
    for (int row = 0; row < rows.rows(); row++) {
      long key = ((Column.Fixed) rows.get(KEY)).asLong(row);
      long version = ((Column.Fixed) rows.get(VERSION)).asLong(row);
      float[] vector = ((Column.Fixed) rows.get(VECTOR)).row(row).toArray(Column.FLOAT);
      if (!Arrays.equals(vector, vector(version))) {
        throw new AssertionError("torn row of key " + key);
      }
      if (versions.put(key, version) != null) {
        throw new AssertionError("key twice: " + key);
      }
    }
    return versions;
  }

  public Reads.Hits search(long timestamp, float[] vector, int k) {
    ColumnBuilder queries = new ColumnBuilder(DataType.FLOAT_VECTOR, DIMENSION, Optional.empty());
    queries.add(vector);
    return cluster
        .leader()
        .search(
            channel,
            new Reads.Search(
                at(timestamp),
                VECTOR,
                Metric.L2,
                queries.build(),
                k,
                Map.of(),
                new Filter.Everything(),
                Reads.Range.NONE,
                Optional.empty(),
                Optional.empty()));
  }

  public Map<Long, Long> fetch(long timestamp, Reads.Hits hits) {
    return versions(
        cluster
            .leader()
            .fetch(
                channel,
                new Reads.Fetch(
                    at(timestamp),
                    hits.keys(),
                    hits.timestamps(),
                    hits.segments(),
                    hits.ordinals(),
                    List.of(VERSION, VECTOR))));
  }
}
