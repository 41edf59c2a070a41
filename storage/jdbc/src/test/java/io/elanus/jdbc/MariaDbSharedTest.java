package io.elanus.jdbc;

final class MariaDbSharedTest extends JdbcSharedContract {
  @Override
  TestDatabase database() {
    return TestDatabase.MARIADB;
  }
}
