package io.elanus.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.elanus.metadata.OperationTime;
import io.elanus.schema.ElanusException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Connections of a store: a pool for what callers ask, and single ones for its own threads, which
 * must not wait for callers. All see what is committed, statement by statement.
 */
final class Connections implements AutoCloseable {
  /** Half of them are left to reads, see {@link SerialCommits}. */
  static final int MOST = 16;

  private final JdbcOptions options;
  private final Dialect dialect;
  private final DataSource source;
  private final String session;
  private final HikariDataSource pool;
  private volatile boolean closed;

  private Connections(JdbcOptions options, Dialect dialect, DataSource source, String session) {
    this.options = options;
    this.dialect = dialect;
    this.source = source;
    this.session = session;
    var config = new HikariConfig();
    config.setPoolName("elanus-metadata");
    config.setDataSource(source);
    config.setConnectionInitSql(session);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setMaximumPoolSize(MOST);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(options.requestTimeout().toMillis());
    config.setValidationTimeout(Math.min(2_000, options.requestTimeout().toMillis()));
    config.setInitializationFailTimeout(-1);
    this.pool = new HikariDataSource(config);
  }

  /** Asks the server what it is. */
  static Connections open(JdbcOptions options) throws SQLException {
    Dialect dialect = Dialect.of(options.url());
    DataSource source = dialect.source(options);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT VERSION()")) {
      rows.next();
      return new Connections(options, dialect, source, dialect.session(rows.getString(1)));
    }
  }

  JdbcOptions options() {
    return options;
  }

  Dialect dialect() {
    return dialect;
  }

  /** Connections that nothing was set for, for migrations. */
  DataSource source() {
    return source;
  }

  OperationTime operationTime() {
    return new OperationTime(options.operationTimeout());
  }

  /** One of the pool; closing it gives it back and rolls back what was not committed. */
  Connection take() throws SQLException {
    checkOpen();
    return pool.getConnection();
  }

  /** One for a thread of the store, which commits each statement; closing it ends it. */
  Connection own() throws SQLException {
    checkOpen();
    Connection connection = source.getConnection();
    boolean begun = false;
    try (Statement statement = connection.createStatement()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      statement.execute(session);
      begun = true;
      return connection;
    } finally {
      if (!begun) {
        end(connection);
      }
    }
  }

  /** Closes a connection of which nothing more is wanted. */
  static void end(Connection connection) {
    try {
      connection.close();
    } catch (SQLException broken) {
      return; // it ends by itself
    }
  }

  /** A question that changes nothing. */
  interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  /** Asks until there is an answer or time is up. */
  <T> T ask(String operation, Question<T> question) {
    OperationTime time = operationTime();
    while (true) {
      try {
        return asked(question);
      } catch (SQLException failure) {
        checkOpen();
        if (!JdbcErrors.isPassing(failure) || !time.pause()) {
          throw failed(failure, operation);
        }
      }
    }
  }

  private <T> T asked(Question<T> question) throws SQLException {
    Connection connection = take();
    try {
      return question.ask(connection);
    } finally {
      end(connection);
    }
  }

  ElanusException failed(SQLException failure, String operation) {
    return JdbcErrors.of(failure, operation, options.place());
  }

  boolean isClosed() {
    return closed;
  }

  void checkOpen() {
    if (closed) {
      throw JdbcErrors.closed();
    }
  }

  @Override
  public void close() {
    closed = true;
    pool.close();
  }
}
