package io.elanus.segment;

import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Runs one search over one view: filter, then vectors, then groups. */
final class SearchExecution {
  /** Queries that share a pass over the rows, and what bounds them: pairs of a query and a row. */
  private static final int MOST_TOGETHER = 32;

  private static final int LEAST_TOGETHER = 4;
  private static final int MOST_PAIRS = 8_000_000;

  private final ReadView view;
  private final SegmentSearch search;
  private final FieldSchema field;
  private final ChunkedColumn times;
  private final ScoreRange scores;

  SearchExecution(ReadView view, SegmentSearch search) {
    this.view = view;
    this.search = search;
    this.field = view.schema().requireField(search.fieldId());
    this.times = view.column(CollectionSchema.TIMESTAMP_FIELD);
    this.scores = search.scores();
    checkQueries();
  }

  private void checkQueries() {
    if (search.queries().type() != field.type()) {
      throw ElanusException.invalid("vector type must be the same as that of the field")
          .with("field", field.name())
          .with("expected", field.type().wireName())
          .with("actual", search.queries().type().wireName());
    }
    if (search.queries() instanceof Column.Fixed fixed && fixed.dimension() != field.dimension()) {
      throw ElanusException.invalid("vector dimension mismatch")
          .with("field", field.name())
          .with("expected", field.dimension())
          .with("actual", fixed.dimension());
    }
  }

  /** The filter is evaluated once; then the queries run side by side, several at a time. */
  List<SearchHits> run(SearchHelp help) {
    int queries = search.queries().rows();
    Bits eligible = eligible();
    if (view.lacks(field.id()) || eligible.isEmpty()) {
      return Collections.nCopies(queries, hits(Neighbors.NONE));
    }
    VectorSearcher searcher = searcher();
    SearchParameters parameters = parameters(searcher);
    int together = together(queries, eligible.size(), help);
    return SideBySide.run(
            (queries + together - 1) / together,
            help,
            piece -> {
              int first = piece * together;
              int last = Math.min(queries, first + together);
              return all(searcher, parameters, eligible, first, last);
            })
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Answers searches that are alike, of one query each, in one pass over the rows they may find.
   */
  static List<SearchHits> together(ReadView view, List<SegmentSearch> searches, Bits eligible) {
    List<SearchExecution> each =
        searches.stream().map(search -> new SearchExecution(view, search)).toList();
    SearchExecution first = each.getFirst();
    if (view.lacks(first.field.id()) || eligible.isEmpty()) {
      return Collections.nCopies(each.size(), first.hits(Neighbors.NONE));
    }
    VectorSearcher searcher = first.searcher();
    SearchParameters parameters = first.parameters(searcher);
    return searcher
        .searchAll(each.stream().map(asked -> asked.query(0, eligible, parameters)).toList())
        .stream()
        .map(first::hits)
        .toList();
  }

  private VectorSearcher searcher() {
    return view.vectors(
        field.id(), VectorColumns.exactSpec(field.type(), search.metric(), search.parameters()));
  }

  private SearchParameters parameters(VectorSearcher searcher) {
    return SearchParameters.of(searcher.spec().over(field.type()), search.k(), search.parameters());
  }

  private VectorQuery query(int query, Bits eligible, SearchParameters parameters) {
    return new VectorQuery(
        vector(query), search.k(), eligible, parameters, scores, search.toBeat());
  }

  /** Queries of a piece of work: each thread gets some pieces, and none of them is long. */
  private int together(int queries, int rows, SearchHelp help) {
    if (search.groupBy().isPresent()) {
      return 1;
    }
    return Math.clamp(queries / (2L * (help.threads() + 1)), 1, mostTogether(rows));
  }

  static int mostTogether(int rows) {
    return Math.clamp(MOST_PAIRS / Math.max(1, rows), LEAST_TOGETHER, MOST_TOGETHER);
  }

  private List<SearchHits> all(
      VectorSearcher searcher, SearchParameters parameters, Bits eligible, int first, int last) {
    if (last - first == 1) {
      return List.of(hits(neighbors(searcher, parameters, first, eligible)));
    }
    List<VectorQuery> asked =
        IntStream.range(first, last).mapToObj(query -> query(query, eligible, parameters)).toList();
    return searcher.searchAll(asked).stream().map(this::hits).toList();
  }

  /** Of rows with one key the newest that matches. */
  private Bits eligible() {
    return new Eligibility(view, search.filter(), search.readTimestamp(), search.expiredBefore())
        .newestRows();
  }

  private MemorySegment vector(int query) {
    return switch (search.queries()) {
      case Column.Fixed fixed -> fixed.row(query);
      case Column.Variable sparse -> sparse.row(query);
      case Column.Bit bit -> throw new IllegalStateException("no vectors: " + bit.type());
      case Column.Array array -> throw new IllegalStateException("no vectors: " + array.type());
    };
  }

  /**
   * Groups search for more rows than the k that {@code toBeat} is the last of, and one below it may
   * still fill a group: it is not told to them.
   */
  private Neighbors neighbors(
      VectorSearcher searcher, SearchParameters parameters, int query, Bits eligible) {
    if (search.groupBy().isEmpty()) {
      return searcher.search(query(query, eligible, parameters));
    }
    MemorySegment vector = vector(query);
    GroupBy groupBy = search.groupBy().get();
    return new GroupedSearch(groups(groupBy), groupBy, search.k(), eligible)
        .run((k, rows) -> searcher.search(new VectorQuery(vector, k, rows, parameters, scores)));
  }

  private GroupValues groups(GroupBy groupBy) {
    return new GroupValues(view, groupBy);
  }

  private SearchHits hits(Neighbors neighbors) {
    int[] ordinals = neighbors.rows();
    long[] timestamps = new long[ordinals.length];
    for (int i = 0; i < ordinals.length; i++) {
      timestamps[i] = times.asLong(ordinals[i]);
    }
    Optional<Column> groupColumn =
        search.groupBy().map(groupBy -> groups(groupBy).column(ordinals));
    return new SearchHits(
        ordinals, view.keys().take(ordinals), neighbors.scores(), timestamps, groupColumn);
  }
}
