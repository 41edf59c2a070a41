package io.elanus.metadata;

import java.util.Arrays;

/**
 * A value and the revision that wrote it.
 *
 * @param value shared with the store; never to be changed
 * @param revision at least 1
 */
public record Versioned(byte[] value, long revision) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Versioned that
        && revision == that.revision
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(value) + Long.hashCode(revision);
  }

  @Override
  public String toString() {
    return "Versioned[" + value.length + " bytes, revision=" + revision + "]";
  }
}
