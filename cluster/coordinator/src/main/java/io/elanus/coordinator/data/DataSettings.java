package io.elanus.coordinator.data;

/**
 * @param targetBytes the most a compacted segment should have
 * @param smallBytes below it a segment is small
 * @param smallCount so many small segments of like size are merged
 * @param deletedShare of a segment's rows from which on it is rewritten
 * @param retentionMillis pinned reads reach so far back; dropped files are kept as long
 */
public record DataSettings(
    long targetBytes, long smallBytes, int smallCount, double deletedShare, long retentionMillis) {
  /** With what is not a setting of the process as it has proved good. */
  public DataSettings(long retentionMillis) {
    this(512L << 20, 128L << 20, 3, 0.2, retentionMillis);
  }
}
