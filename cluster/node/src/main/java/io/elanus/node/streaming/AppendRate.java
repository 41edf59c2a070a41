package io.elanus.node.streaming;

import io.elanus.node.read.RecentRate;

/** How much is appended to a channel of late. */
final class AppendRate {
  private final RecentRate rows = new RecentRate(System::nanoTime);
  private final RecentRate bytes = new RecentRate(System::nanoTime);

  void add(long newRows, long newBytes) {
    rows.add(newRows);
    bytes.add(newBytes);
  }

  long rowsPerSecond() {
    return rows.perSecond();
  }

  long bytesPerSecond() {
    return bytes.perSecond();
  }
}
