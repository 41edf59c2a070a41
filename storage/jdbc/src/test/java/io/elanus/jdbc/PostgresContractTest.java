package io.elanus.jdbc;

final class PostgresContractTest extends JdbcContract {
  @Override
  TestDatabase database() {
    return TestDatabase.POSTGRESQL;
  }
}
