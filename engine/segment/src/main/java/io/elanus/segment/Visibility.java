package io.elanus.segment;

import io.elanus.schema.Bits;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a read sees. The last answer is kept until a delete arrives, and then only what
 * arrived is applied, so that reads of a quiet segment share one set of bits.
 */
final class Visibility {
  /** When the rows of a segment were written. */
  interface WriteTimes {
    int rows();

    long oldest();

    long newest();

    /** The rows written in [expiredBefore, readTimestamp]; the caller's own. */
    Bits written(long readTimestamp, long expiredBefore);
  }

  private record Cached(
      int rows, long readTimestamp, long expiredBefore, int deletes, VisibleRows visible) {}

  private final DeletedRows deleted;
  private volatile @Nullable Cached cached;

  Visibility(DeletedRows deleted) {
    this.deleted = deleted;
  }

  VisibleRows at(WriteTimes times, long readTimestamp, long expiredBefore) {
    DeletedRows.Log log = deleted.log();
    // Reads that see everything there is are one and the same, whatever their timestamp.
    long read =
        readTimestamp >= Math.max(times.newest(), log.newest()) ? Long.MAX_VALUE : readTimestamp;
    long expired = expiredBefore <= times.oldest() ? Long.MIN_VALUE : expiredBefore;
    Cached old = cached;
    boolean alike =
        old != null
            && old.rows == times.rows()
            && old.readTimestamp == read
            && old.expiredBefore == expired;
    if (old != null && alike && old.deletes == log.count()) {
      return old.visible;
    }
    boolean extend = old != null && alike && old.deletes < log.count();
    Bits bits = old != null && extend ? old.visible.bits().copy() : written(times, read, expired);
    log.hide(bits, old != null && extend ? old.deletes : 0, read);
    VisibleRows visible = new VisibleRows(bits);
    cached = new Cached(times.rows(), read, expired, log.count(), visible);
    return visible;
  }

  private static Bits written(WriteTimes times, long read, long expired) {
    return read == Long.MAX_VALUE && expired == Long.MIN_VALUE
        ? Bits.all(times.rows())
        : times.written(read, expired);
  }
}
