package io.elanus.schema;

/**
 * Hybrid timestamps: physical milliseconds since 1970 in the upper 46 bits, a counter in the lower
 * 18 (Milvus documentation, "Timestamp").
 */
public final class Timestamps {
  public static final int LOGICAL_BITS = 18;
  public static final long LOGICAL_MASK = (1L << LOGICAL_BITS) - 1;

  private Timestamps() {}

  public static long of(long physicalMillis, long logical) {
    return physicalMillis << LOGICAL_BITS | logical;
  }

  public static long physicalMillis(long timestamp) {
    return timestamp >>> LOGICAL_BITS;
  }
}
