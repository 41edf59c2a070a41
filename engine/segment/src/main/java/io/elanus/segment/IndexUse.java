package io.elanus.segment;

/** What became of an index that was to be attached to a segment. */
public enum IndexUse {
  /** Searches or filters go by it. */
  IN_USE,
  /** It is no index of a known format, or its bytes are not what was written. */
  DAMAGED,
  /** It could not be mapped, or the segment is closed: another time it may. */
  UNAVAILABLE
}
