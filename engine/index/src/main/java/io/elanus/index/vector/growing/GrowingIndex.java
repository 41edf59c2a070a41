package io.elanus.index.vector.growing;

import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a growing segment as one read sees them: the first are searched by the graph, the rest,
 * which it has not taken in yet, are scanned.
 */
final class GrowingIndex implements VectorIndex {
  private final GrowingGraph graph;
  private final IndexSpec spec;
  private final Bits present;
  private final VectorIndex exact;

  GrowingIndex(GrowingGraph graph, IndexSpec spec, Bits present, VectorIndex exact) {
    this.graph = graph;
    this.spec = spec;
    this.present = present;
    this.exact = exact;
  }

  @Override
  public IndexSpec spec() {
    return spec;
  }

  @Override
  public int count() {
    return exact.count();
  }

  @Override
  public long mappedBytes() {
    return 0;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    return searchAll(List.of(query)).getFirst();
  }

  /** Each query walks the graph alone; what it lacks is scanned once for all of them. */
  @Override
  public List<Neighbors> searchAll(List<VectorQuery> queries) {
    GrowingGraph.Grown grown = graph.retain();
    if (grown == null) {
      return exact.searchAll(queries);
    }
    try {
      Bits eligible = queries.getFirst().eligible();
      Bits inGraph = linked(eligible, grown);
      List<Neighbors> linked = new ArrayList<>(queries.size());
      for (VectorQuery query : queries) {
        linked.add(grown.search().search(query.among(inGraph)));
      }
      Bits rest = rest(eligible, grown.count());
      if (rest.isEmpty()) {
        return linked;
      }
      List<Neighbors> scanned =
          exact.searchAll(queries.stream().map(query -> query.among(rest)).toList());
      List<Neighbors> merged = new ArrayList<>(queries.size());
      for (int i = 0; i < queries.size(); i++) {
        merged.add(linked.get(i).merge(scanned.get(i), queries.get(i).k(), spec.metric()));
      }
      return merged;
    } finally {
      grown.release();
    }
  }

  /** The eligible rows that are in the graph, which may hold more rows than the read sees. */
  private Bits linked(Bits eligible, GrowingGraph.Grown grown) {
    Bits linked = Bits.none(grown.count());
    long[] words = linked.words();
    int common = Math.min(words.length, Math.min(eligible.words().length, present.words().length));
    for (int i = 0; i < common; i++) {
      words[i] = eligible.words()[i] & present.words()[i];
    }
    if ((grown.count() & 63) != 0) {
      words[words.length - 1] &= -1L >>> (64 - (grown.count() & 63));
    }
    return linked;
  }

  private static Bits rest(Bits eligible, int linked) {
    Bits rest = Bits.none(eligible.size());
    long[] words = rest.words();
    int from = linked >>> 6;
    if (from < words.length) {
      System.arraycopy(eligible.words(), from, words, from, words.length - from);
      words[from] &= -1L << linked;
    }
    return rest;
  }
}
