package io.elanus.segment;

import io.elanus.schema.Bits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Searches of one query each that are alike, answered in one pass over the rows. */
final class SearchesTogether {
  /**
   * Searches answered at once.
   *
   * @param asked which they are, ascending
   */
  private record Pass(Bits rows, List<Integer> asked) {}

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
    List<Pass> passes = new ArrayList<>();
    for (int i = 0; i < searches.size(); i++) {
      SegmentSearch search = searches.get(i);
      Eligibility rows =
          new Eligibility(view, search.filter(), search.readTimestamp(), search.expiredBefore());
      Bits newest = eligible.computeIfAbsent(rows.visible().bits(), seen -> rows.newestRows());
      pass(newest, passes).asked.add(i);
    }
    SearchHits[] hits = new SearchHits[searches.size()];
    for (Pass pass : passes) {
      List<SegmentSearch> alike = pass.asked.stream().map(searches::get).toList();
      List<SearchHits> found = SearchExecution.together(view, alike, pass.rows);
      for (int i = 0; i < found.size(); i++) {
        hits[pass.asked.get(i)] = found.get(i);
      }
    }
    return Arrays.asList(hits);
  }

  /** The pass over these rows; one set of bits, which is the rule, is not looked into. */
  private static Pass pass(Bits rows, List<Pass> passes) {
    for (Pass pass : passes) {
      if (pass.rows.equals(rows)) {
        return pass;
      }
    }
    Pass pass = new Pass(rows, new ArrayList<>());
    passes.add(pass);
    return pass;
  }
}
