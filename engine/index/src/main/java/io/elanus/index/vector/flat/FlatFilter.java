package io.elanus.index.vector.flat;

import io.elanus.index.vector.scan.RowScan;
import io.elanus.index.vector.scan.ScanQuery;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import io.elanus.vectors.Distance;
import io.elanus.vectors.FilterCodes;
import io.elanus.vectors.NibbleFilter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * A scan by {@link FlatCodes}: of each panel of blocks, the rows that may be among the nearest to a
 * query are read in full. With r the row, c what its codes stand for and e its error, a distance is
 * at least that to c less |q|·e, by Cauchy and Schwarz; under L2 its root is at least that of the
 * distance to c less e.
 */
final class FlatFilter {
  /** Blocks that all queries see before the next ones: their codes stay in the cache. */
  private static final int PANEL = 16;

  /** The first panel is short: nothing is known yet that could leave out a row. */
  private static final int FIRST_PANEL = 4;

  /** Of the tables of the queries that share panels. */
  private static final int TABLE_BYTES = 1 << 20;

  private static final NibbleFilter.Bound ALL =
      new NibbleFilter.Bound(NibbleFilter.LARGEST_SUM, 0, 0);
  private static final int MOST_SHIFT = 8;

  private final FlatCodes codes;
  private final RowScan full;
  private final long[] eligible;
  private final Scratch scratch;
  private final long[] passed = new long[PANEL];

  private FlatFilter(FlatCodes codes, RowScan full, Bits eligible, Scratch scratch) {
    this.codes = codes;
    this.full = full;
    this.eligible = codes.regular().copy().and(eligible).words();
    this.scratch = scratch;
  }

  /** Offers every eligible row that may be among the nearest to every query. */
  static void scan(
      FlatCodes codes, List<ScanQuery> queries, Bits eligible, RowScan full, Scratch scratch) {
    full.scan(queries, eligible, codes.exceptional(), scratch);
    FlatFilter filter = new FlatFilter(codes, full, eligible, scratch);
    int together = Math.max(1, TABLE_BYTES / NibbleFilter.tableBytes(codes.codes().dimension()));
    for (int from = 0; from < queries.size(); from += together) {
      filter.scan(queries.subList(from, Math.min(queries.size(), from + together)));
    }
  }

  /**
   * A query's tables, and what they leave out.
   *
   * @param norm the query's length
   * @param rounding how far computed distances may be from true ones
   */
  private record Asked(
      ScanQuery query,
      MemorySegment tables,
      FilterCodes.Tables meaning,
      double norm,
      double rounding) {}

  private void scan(List<ScanQuery> queries) {
    int bytes = NibbleFilter.tableBytes(codes.codes().dimension());
    MemorySegment memory = scratch.codedQuery(Math.multiplyExact(bytes, queries.size()));
    Asked[] asked = new Asked[queries.size()];
    for (int i = 0; i < asked.length; i++) {
      asked[i] = ask(queries.get(i), memory.asSlice((long) i * bytes, bytes));
    }
    int panel = FIRST_PANEL;
    for (int block = 0; block < eligible.length; block += panel) {
      panel = block == 0 ? FIRST_PANEL : Math.min(PANEL, 2 * panel);
      int end = Math.min(eligible.length, block + panel);
      if (anyEligible(block, end)) {
        for (Asked query : asked) {
          offer(query, block, end);
        }
      }
    }
  }

  private Asked ask(ScanQuery query, MemorySegment tables) {
    float[] vector = FlatCodes.values(codes.table(), query.vector(), 0);
    double norm = Math.sqrt(FlatCodes.squared(vector));
    double largest = 2 * (norm + 2 * codes.size()) * (norm + 2 * codes.size());
    double rounding = largest * 0x1p-24 * (16 + vector.length / 8.0);
    return new Asked(query, tables, codes.codes().prepare(vector, tables), norm, rounding);
  }

  private boolean anyEligible(int from, int to) {
    for (int word = from; word < to; word++) {
      if (eligible[word] != 0) {
        return true;
      }
    }
    return false;
  }

  private void offer(Asked asked, int from, int to) {
    NibbleFilter.Bound bound = bound(asked);
    if (bound == ALL) {
      Arrays.fill(passed, -1);
    } else {
      long at = (long) from * NibbleFilter.blockBytes(codes.codes().dimension());
      codes.filter().within(asked.tables, codes.data(), at, to - from, bound, passed);
    }
    int chosen = 0;
    for (int block = from; block < to; block++) {
      long bits = passed[block - from] & eligible[block];
      if (chosen + Long.bitCount(bits) > Scratch.BLOCK) {
        full.offer(asked.query, scratch.chosen, chosen, scratch.distances);
        chosen = 0;
      }
      for (; bits != 0; bits &= bits - 1) {
        scratch.chosen[chosen++] = block * Long.SIZE + Long.numberOfTrailingZeros(bits);
      }
    }
    if (chosen > 0) {
      full.offer(asked.query, scratch.chosen, chosen, scratch.distances);
    }
  }

  /** What leaves out no row that may be near enough. */
  private NibbleFilter.Bound bound(Asked asked) {
    double needed = asked.query.limit() + asked.rounding;
    double perUnit = asked.meaning.perUnit();
    double slope; // of what is spared, in units of the tables, over the error in units of its own
    if (codes.codes().distance() == Distance.L2) {
      needed = Math.max(0, needed);
      double largestError = FlatCodes.LARGEST_ERROR * codes.unit();
      slope = (2 * Math.sqrt(needed) + largestError) * codes.unit() * perUnit;
    } else {
      slope = asked.norm * codes.unit() * perUnit;
    }
    int shift = MOST_SHIFT;
    while (shift >= 0 && !(Math.scalb(slope, shift) < NibbleFilter.Bound.LARGEST_SLOPE)) {
      shift--;
    }
    double limit = (needed - asked.meaning.offset()) * perUnit + 2; // for what is rounded down
    if (shift < 0 || perUnit == 0 || !(limit < NibbleFilter.LARGEST_SUM)) {
      return ALL;
    }
    int scaled = (int) Math.ceil(Math.scalb(slope, shift));
    return new NibbleFilter.Bound((int) Math.max(0, limit), scaled, shift);
  }
}
