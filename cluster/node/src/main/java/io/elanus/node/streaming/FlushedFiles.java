package io.elanus.node.streaming;

import io.elanus.node.data.SegmentObjects;
import io.elanus.segment.SealedSegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Files of flushed segments, mapped so that they can take the place of the rows in memory. What
 * nobody took is closed with this.
 */
final class FlushedFiles implements AutoCloseable {
  private final Map<Growing, SealedSegment> mapped = new HashMap<>();

  void map(FlushRound round, Growing growing, SegmentObjects files) {
    mapped.put(growing, round.open(growing, files));
  }

  /** Borrowed. */
  Optional<SealedSegment> of(Growing growing) {
    return Optional.ofNullable(mapped.get(growing));
  }

  /**
   * The segment owns its files from now on.
   *
   * @param keep whether its rows stay in memory and the files wait
   */
  void handOver(Growing growing, boolean keep) {
    SealedSegment files = mapped.remove(growing);
    if (files == null) {
      return;
    }
    if (keep) {
      growing.keepBeside(files);
    } else {
      growing.serveFrom(files);
    }
  }

  @Override
  public void close() {
    mapped.values().forEach(SealedSegment::close);
    mapped.clear();
  }
}
