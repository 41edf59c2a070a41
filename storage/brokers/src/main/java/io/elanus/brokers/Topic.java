package io.elanus.brokers;

import java.util.Optional;

/** A topic whose records have one order for everybody. */
public interface Topic {
  /**
   * What a topic holds.
   *
   * @param first no record before it is retained
   * @param last the place of the last record; empty when there is none
   * @param whole whether it is known that nothing was ever cut
   */
  record Retained(Place first, Optional<Place> last, boolean whole) {}

  String name();

  /** As the broker says now. */
  Retained retained();

  /** The records at a place and behind it. */
  RecordSource readFrom(Place place);

  /** Something to send with; to be closed. */
  RecordSink sink();

  /** Nothing below a place need be retained any more. */
  void cutBelow(Place place);
}
