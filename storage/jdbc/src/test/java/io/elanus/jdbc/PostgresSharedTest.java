package io.elanus.jdbc;

final class PostgresSharedTest extends JdbcSharedContract {
  @Override
  TestDatabase database() {
    return TestDatabase.POSTGRESQL;
  }
}
