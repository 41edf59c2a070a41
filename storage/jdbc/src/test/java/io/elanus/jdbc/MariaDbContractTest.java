package io.elanus.jdbc;

final class MariaDbContractTest extends JdbcContract {
  @Override
  TestDatabase database() {
    return TestDatabase.MARIADB;
  }
}
