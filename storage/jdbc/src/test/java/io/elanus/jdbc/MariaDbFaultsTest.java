package io.elanus.jdbc;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class MariaDbFaultsTest extends JdbcFaults {
  @Override
  TestDatabase database() {
    return TestDatabase.MARIADB;
  }
}
