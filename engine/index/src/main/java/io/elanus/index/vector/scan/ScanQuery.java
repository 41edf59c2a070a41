package io.elanus.index.vector.scan;

import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.vectors.Distance;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One of the queries that a scan answers together.
 *
 * @param vector as a row of what is scanned
 * @param prepared by the kernel of the rows
 * @param nearest what was found until now
 */
public record ScanQuery(
    MemorySegment vector,
    MemorySegment prepared,
    Distance distance,
    ScoreRange range,
    TopK nearest) {

  /**
   * Prepares queries in the scratch.
   *
   * @param row brings a query's vector into the form of a row
   */
  public static List<ScanQuery> of(
      List<VectorQuery> queries,
      Kernel kernel,
      Distance distance,
      UnaryOperator<MemorySegment> row,
      Scratch scratch) {
    int bytes = (kernel.queryBytes() + 63) & -64;
    MemorySegment memory = scratch.query(Math.multiplyExact(bytes, queries.size()));
    List<ScanQuery> asked = new ArrayList<>(queries.size());
    for (int i = 0; i < queries.size(); i++) {
      VectorQuery query = queries.get(i);
      MemorySegment vector = row.apply(query.vector());
      MemorySegment prepared = memory.asSlice((long) i * bytes, bytes);
      kernel.prepare(vector, prepared);
      TopK nearest = scratch.nearest(i);
      nearest.reset(query.k());
      asked.add(new ScanQuery(vector, prepared, distance, query.range(), nearest));
    }
    return asked;
  }

  public static List<Neighbors> answers(List<ScanQuery> asked) {
    return asked.stream().map(query -> query.nearest.neighbors(query.distance)).toList();
  }

  /** Offers rows. */
  public void offer(int first, int[] ordinals, float[] distances, int count) {
    boolean ranged = range != ScoreRange.NONE;
    long bound = nearest.bound();
    float farthest =
        Ranked.distance(bound); // no number, which nothing is above, while there is room
    for (int i = 0; i < count; i++) {
      if (distances[i] > farthest) {
        continue;
      }
      long ranked = Ranked.of(distances[i], first + ordinals[i]);
      if (ranked < bound && (!ranged || range.accepts(distance.score(distances[i])))) {
        nearest.offer(ranked);
        bound = nearest.bound();
        farthest = Ranked.distance(bound);
      }
    }
  }

  /** The largest distance that is of use. */
  public float limit() {
    float outer =
        distance == Distance.INNER_PRODUCT || distance == Distance.COSINE
            ? distance.distance(range.low())
            : range.high();
    return nearest.isFull() ? Math.min(outer, Ranked.distance(nearest.bound())) : outer;
  }
}
