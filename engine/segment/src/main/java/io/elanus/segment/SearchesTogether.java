package io.elanus.segment;

import io.elanus.schema.Bits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Searches of one query each that are alike, answered in one pass over the rows. */
final class SearchesTogether {
  private SearchesTogether() {}

  /** How many share a pass at most, so that none waits long for the others. */
  static int most(int rows) {
    return SearchExecution.mostTogether(rows);
  }

  /**
   * The hits of each search, in their order. Those whose timestamps see the same rows share a pass.
   */
  static List<SearchHits> run(ReadView view, List<SegmentSearch> searches) {
    Map<Bits, Bits> eligible = new IdentityHashMap<>(); // by what is visible, which reads share
    Map<Bits, List<Integer>> passes = new LinkedHashMap<>();
    for (int i = 0; i < searches.size(); i++) {
      SegmentSearch search = searches.get(i);
      Eligibility rows =
          new Eligibility(view, search.filter(), search.readTimestamp(), search.expiredBefore());
      Bits newest = eligible.computeIfAbsent(rows.visible().bits(), seen -> rows.newestRows());
      passes.computeIfAbsent(newest, same -> new ArrayList<>()).add(i);
    }
    SearchHits[] hits = new SearchHits[searches.size()];
    passes.forEach((rows, asked) -> {
      List<SegmentSearch> pass = asked.stream().map(searches::get).toList();
      List<SearchHits> found = SearchExecution.together(view, pass, rows);
      for (int i = 0; i < found.size(); i++) {
        hits[asked.get(i)] = found.get(i);
      }
    });
    return Arrays.asList(hits);
  }
}
