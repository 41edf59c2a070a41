package io.elanus.index.vector.lists;

import io.elanus.index.SearchParameters;
import io.elanus.index.vector.file.MappedIndex;
import io.elanus.index.vector.scan.Scratch;
import java.lang.foreign.MemorySegment;

/** An inverted file. */
sealed interface ListsIndex extends MappedIndex permits IvfIndex, CodedIvfIndex {
  /**
   * All lists, in the order in which a search for a vector visits them.
   *
   * @param vector in the type of the column
   */
  InvertedLists.NearestLists nearest(MemorySegment vector, Scratch scratch);

  @Override
  default float defaultRecall() {
    return measuredRecall().at(SearchParameters.DEFAULT_NPROBE);
  }

  /** Whether every near row of the lists that are visited is found. */
  boolean exact();
}
