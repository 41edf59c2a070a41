package io.elanus.roles;

import io.elanus.expression.Filter;
import io.elanus.schema.Column;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Messages of reads, from proxy to shard leader and from leader to query nodes. */
public final class Reads {
  private Reads() {}

  /**
   * What any read says.
   *
   * @param timestamp the read sees exactly the writes up to it
   * @param partitions to read; empty: all that are loaded
   * @param expiredBefore rows written before this timestamp have outlived the collection's time to
   *     live; 0: none have
   * @param ignoreGrowing sealed segments only
   * @param latestSchemaVersion rows of older segments are read as this version
   */
  public record Scope(
      long timestamp,
      Set<Long> partitions,
      long expiredBefore,
      boolean ignoreGrowing,
      int latestSchemaVersion) {
    /** The same with other partitions and another bound on age. */
    public Scope narrowed(Set<Long> newPartitions, long newExpiredBefore) {
      return new Scope(
          timestamp, newPartitions, newExpiredBefore, ignoreGrowing, latestSchemaVersion);
    }
  }

  /**
   * One hit for each distinct value of a field, or up to {@code size}.
   *
   * @param jsonPath below a JSON field; empty list otherwise
   */
  public record GroupBy(long fieldId, List<String> jsonPath, int size, boolean strict) {}

  /**
   * Bounds on scores: L2 and other distances {@code rangeFilter <= d < radius}, similarities {@code
   * radius < s <= rangeFilter}.
   */
  public record Range(Optional<Float> radius, Optional<Float> rangeFilter) {
    public static final Range NONE = new Range(Optional.empty(), Optional.empty());
  }

  /**
   * @param queries {@code count} vectors of the field's type: a Fixed column of dense, or a
   *     Variable column of sparse ones
   * @param parameters of the index: ef, nprobe, …
   * @param after iterator: only hits that rank strictly after this score
   */
  public record Search(
      Scope scope,
      long fieldId,
      Metric metric,
      Column queries,
      int k,
      Map<String, Value> parameters,
      Filter filter,
      Range range,
      Optional<GroupBy> groupBy,
      Optional<Float> after) {
    /** The same search of something else. */
    public Search within(Scope newScope) {
      return new Search(
          newScope, fieldId, metric, queries, k, parameters, filter, range, groupBy, after);
    }
  }

  /**
   * Hits of all queries, one query after the other, best first; columns are aligned.
   *
   * @param counts hits per query
   * @param groups values grouped by, when asked for
   * @param considered rows that took part, roughly
   */
  public record Hits(
      int[] counts,
      Keys keys,
      float[] scores,
      long[] timestamps,
      long[] segments,
      int[] ordinals,
      Optional<Column> groups,
      long considered) {}

  /**
   * @param limit of rows, in key order; -1: all
   * @param countOnly answer just the number
   * @param fields columns to return; the primary key comes in any case
   */
  public record Query(
      Scope scope, Filter filter, long limit, boolean countOnly, List<Long> fields) {
    /** The same query of something else. */
    public Query within(Scope newScope) {
      return new Query(newScope, filter, limit, countOnly, fields);
    }
  }

  /** Rows in key order, one for each key, the newest; column 1 is the row's timestamp. */
  public record Found(long count, RowBatch rows) {}

  /**
   * @param timestamps of the rows; with its key one tells a row from other versions of it
   * @param segments with {@code ordinals}: where each key's row was when it was found
   */
  public record Fetch(
      Scope scope,
      Keys keys,
      long[] timestamps,
      long[] segments,
      int[] ordinals,
      List<Long> fields) {}
}
