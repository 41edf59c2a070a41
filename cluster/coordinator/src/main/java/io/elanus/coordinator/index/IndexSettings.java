package io.elanus.coordinator.index;

/**
 * @param smallestRows vector segments with fewer rows are scanned instead
 * @param attempts at a build before it counts as failed
 * @param retryMillis before a failed build is tried again
 * @param graceMillis for which files that are not needed any more are kept
 */
public record IndexSettings(long smallestRows, int attempts, long retryMillis, long graceMillis) {
  /** With what is not a setting of the process as it has proved good. */
  public IndexSettings(long graceMillis) {
    this(1024, 3, 60_000, graceMillis);
  }
}
