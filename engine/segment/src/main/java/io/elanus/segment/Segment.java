package io.elanus.segment;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.List;

/**
 * One set of rows, read at a timestamp: a row is visible at r when it was written at or before r
 * and no delete of its key with a greater timestamp than the row's came at or before r.
 *
 * <p>One writer and any number of readers at the same time. Answers are copies on the heap. A read
 * of a closed segment throws SEGMENT_NOT_FOUND; {@link #close} lets running reads end.
 */
public sealed interface Segment extends AutoCloseable permits GrowingSegment, SealedSegment {
  long id();

  /** Hits of each query, in the order of the queries. */
  List<SearchHits> search(SegmentSearch search, SearchHelp help);

  /**
   * Whether a search likely takes less time than another thread takes to wake up: there are few
   * rows, or few that no index covers, for one query without a filter.
   */
  boolean quick(SegmentSearch search);

  /**
   * How many searches that {@link SegmentSearch#sharesPassWith share a pass} with this one are
   * worth answering together: 1 where each reads rows of its own.
   */
  default int together(SegmentSearch search) {
    return 1;
  }

  /**
   * Answers searches of one query each, as {@link #search} does.
   *
   * @param searches alike, of which {@link #together} is more than 1
   */
  default List<SearchHits> searchTogether(List<SegmentSearch> searches) {
    return searches.stream().map(search -> search(search).getFirst()).toList();
  }

  default List<SearchHits> search(SegmentSearch search) {
    return search(search, SearchHelp.NONE);
  }

  Matches query(SegmentQuery query);

  /**
   * Rows at these ordinals, in that order, with the columns of these fields. Hidden fields may be
   * asked for. Fields that the segment lacks come as their default or as nulls.
   */
  RowBatch fetch(int[] ordinals, List<Long> fieldIds);

  /** Where the newest visible row of each key is. */
  Found lookup(Keys keys, long readTimestamp);

  /**
   * Hides the rows of each key that were written before the timestamp from reads at or after it.
   * May be repeated.
   *
   * @param timestamps one for each key
   */
  void delete(Keys keys, long[] timestamps);

  /** Reads see the segment as this version of the schema from now on. */
  void changeSchema(CollectionSchema schema);

  /** Rows written, deleted ones counted. */
  int rows();

  @Override
  void close();
}
