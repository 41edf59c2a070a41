package io.elanus.jdbc;

import java.util.HexFormat;

/**
 * Names a lease.
 *
 * @param hex of its 16 bytes
 */
record LeaseId(String hex) {
  static LeaseId of(byte[] bytes) {
    return new LeaseId(HexFormat.of().formatHex(bytes));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
