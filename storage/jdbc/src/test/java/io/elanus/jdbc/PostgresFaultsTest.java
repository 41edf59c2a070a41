package io.elanus.jdbc;

final class PostgresFaultsTest extends JdbcFaults {
  @Override
  TestDatabase database() {
    return TestDatabase.POSTGRESQL;
  }
}
