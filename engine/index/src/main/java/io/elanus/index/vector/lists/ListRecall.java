package io.elanus.index.vector.lists;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures what an inverted file that is about to be written finds of the neighbours of some of its
 * own rows, at powers of two of nprobe: which share of them lies in the lists that are visited, by
 * an exact scan, times, of codes, which share of those a search finds. The latter is asked for at
 * few lists, of fewer rows the more lists there are, and is taken to be the same at more of them:
 * rows of far lists are hardly taken for near ones.
 *
 * @param column what was indexed
 * @param present the rows of it that have a vector, ascending
 * @param stored these rows
 * @param clusters in which list each of them lies
 */
record ListRecall(
    DenseRows column,
    int[] present,
    RowTable stored,
    Clusters clusters,
    Workers workers,
    BuildContext context) {
  private static final int MOST_ASKED = 100;
  private static final int LEAST_ROWS = 1000;

  /** One row of so many is asked for, as long as there are few. */
  private static final int ROWS_PER_ASKED = 64;

  /** Searches visit so many lists at most, and up to so many for all rows that are asked for. */
  private static final int MOST_SEARCHED = 64;

  private static final int SEARCHED_BY_ALL = 32;

  /** One row of so many is asked for its 100 nearest, which tell more than 10 do. */
  private static final int FEWER_FOR_HUNDRED = 4;

  /** Adds the section RECALL to those of a file that {@code open} can search, if rows suffice. */
  void add(
      IndexFile file,
      Function<IndexFile, ? extends ListsIndex> open,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Arena arena) {
    if (present.length >= LEAST_ROWS) {
      MeasuredRecall measured = run(open.apply(file));
      sections.put(IndexFileFormat.Section.RECALL, RecallTable.write(measured, arena));
    }
  }

  private MeasuredRecall run(ListsIndex index) {
    int lists = clusters.starts().length - 1;
    int steps = 33 - Integer.numberOfLeadingZeros(lists - 1 | 1);
    int[] efforts = new int[lists == 1 ? 1 : steps];
    Arrays.setAll(efforts, i -> Math.min(lists, 1 << i));
    int[] list = listOfRow();
    ListTruth[] truth = new ListTruth[Math.min(present.length / ROWS_PER_ASKED, MOST_ASKED)];
    workers.each(
        truth.length,
        (worker, i) -> {
          int own = (int) ((long) i * present.length / truth.length);
          int[] order = order(index.nearest(column.row(present[own]), Scratch.local()), lists);
          truth[i] = ListTruth.of(stored, own, order, clusters, list, efforts, context);
        });
    float[][] recall = new float[ListTruth.WANTED.length][efforts.length];
    for (int wanted = 0; wanted < recall.length; wanted++) {
      double found = 1;
      for (int i = 0; i < efforts.length; i++) {
        if (!index.exact() && efforts[i] <= MOST_SEARCHED) {
          found = found(index, truth, wanted, i, efforts[i]);
        }
        int step = i;
        int which = wanted;
        int visited = Arrays.stream(truth).mapToInt(t -> t.visited()[which][step]).sum();
        long all = (long) ListTruth.WANTED[wanted] * truth.length;
        recall[wanted][i] = (float) (found * visited / all);
      }
    }
    return new MeasuredRecall(efforts, recall[0], recall[1]);
  }

  private int[] listOfRow() {
    int[] list = new int[clusters.slots()];
    for (int slot = 0; slot < list.length; slot++) {
      list[clusters.order()[slot]] = clusters.list()[slot];
    }
    return list;
  }

  private static int[] order(InvertedLists.NearestLists nearest, int lists) {
    int[] order = new int[lists];
    Arrays.setAll(order, place -> nearest.next());
    return order;
  }

  /** Which share of the rows that lie in the lists visited a search finds. */
  private double found(ListsIndex index, ListTruth[] truth, int wanted, int step, int nprobe) {
    int every = Math.max(1, nprobe / SEARCHED_BY_ALL) * (wanted == 0 ? 1 : FEWER_FOR_HUNDRED);
    int asked = (truth.length + every - 1) / every;
    int k = ListTruth.WANTED[wanted] + 1;
    SearchParameters parameters = SearchParameters.of(index.spec(), k, Map.of("nprobe", nprobe));
    Bits all = Bits.all(column.count());
    int[] hits = new int[asked];
    int[] visited = new int[asked];
    workers.each(
        asked,
        (worker, i) -> {
          ListTruth one = truth[i * every];
          MemorySegment row = column.row(present[one.own()]);
          int[] rows =
              index.search(new VectorQuery(row, k, all, parameters, ScoreRange.NONE)).rows();
          int[] found = Arrays.stream(rows).map(r -> Arrays.binarySearch(present, r)).toArray();
          visited[i] = one.visited()[wanted][step];
          hits[i] = Math.min(visited[i], one.hits(stored, found, wanted));
        });
    int lying = Arrays.stream(visited).sum();
    return lying == 0 ? 1 : (double) Arrays.stream(hits).sum() / lying;
  }
}
