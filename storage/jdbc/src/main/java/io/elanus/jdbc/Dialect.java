package io.elanus.jdbc;

import io.elanus.schema.ElanusException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** What PostgreSQL and what speaks MySQL's protocol do not have in common. */
enum Dialect {
  POSTGRESQL("postgresql", " ON CONFLICT DO NOTHING") {
    @Override
    DataSource source(JdbcOptions options) {
      var source = new PGSimpleDataSource();
      source.setUrl(options.url());
      if (!options.user().isEmpty()) {
        source.setUser(options.user());
        source.setPassword(options.password());
      }
      int seconds = (int) Math.max(1, options.requestTimeout().toSeconds());
      source.setConnectTimeout(seconds);
      source.setSocketTimeout(seconds);
      source.setTcpKeepAlive(true);
      return source;
    }

    @Override
    String session(String version) {
      return "SET idle_in_transaction_session_timeout = "
          + TimeUnit.SECONDS.toMillis(IDLE_SECONDS)
          + "; SET lock_timeout = "
          + TimeUnit.SECONDS.toMillis(LOCK_SECONDS);
    }

    @Override
    Pulse pulse(Connection connection, Semaphore own) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute("LISTEN " + CHANNEL);
      }
      PGConnection listening = connection.unwrap(PGConnection.class);
      return () -> {
        own.drainPermits();
        listening.getNotifications(TOLD_MILLIS);
      };
    }

    @Override
    Optional<String> tell() {
      return Optional.of("SELECT pg_notify('" + CHANNEL + "', '')");
    }

    @Override
    String upsertTail() {
      return " ON CONFLICT (space, id) DO UPDATE SET value = EXCLUDED.value,"
          + " revision = EXCLUDED.revision, lease = EXCLUDED.lease";
    }
  },

  MYSQL("mysql", " ON DUPLICATE KEY UPDATE name = name") {
    @Override
    DataSource source(JdbcOptions options) throws SQLException {
      String url = options.url().replaceFirst("^jdbc:mysql:", "jdbc:mariadb:");
      long millis = options.requestTimeout().toMillis();
      var source = new MariaDbDataSource();
      source.setUrl(
          url
              + (url.contains("?") ? "&" : "?")
              + "connectTimeout="
              + millis
              + "&socketTimeout="
              + millis);
      if (!options.user().isEmpty()) {
        source.setUser(options.user());
        source.setPassword(options.password());
      }
      return source;
    }

    @Override
    String session(String version) {
      String lower = version.toLowerCase(Locale.ROOT);
      String idle =
          lower.contains("mariadb")
              ? "idle_transaction_timeout"
              : lower.contains("tidb") ? "tidb_idle_transaction_timeout" : "wait_timeout";
      return "SET SESSION "
          + idle
          + " = "
          + IDLE_SECONDS
          + ", innodb_lock_wait_timeout = "
          + LOCK_SECONDS;
    }

    @Override
    Pulse pulse(Connection connection, Semaphore own) {
      return () -> {
        if (own.tryAcquire(UNTOLD_MILLIS, TimeUnit.MILLISECONDS)) {
          own.drainPermits();
        }
      };
    }

    @Override
    Optional<String> tell() {
      return Optional.empty();
    }

    @Override
    String upsertTail() {
      return " ON DUPLICATE KEY UPDATE value = VALUES(value), revision = VALUES(revision),"
          + " lease = VALUES(lease)";
    }
  };

  /**
   * A process that stops in the middle of a commit is thrown out after this long, so that the
   * others can go on.
   */
  private static final int IDLE_SECONDS = 3;

  /** A little longer, so that who waits for that process sees its end. */
  private static final int LOCK_SECONDS = 4;

  private static final String CHANNEL = "elanus";

  /** How often is looked for commits where the server tells of them, and where it does not. */
  private static final int TOLD_MILLIS = 250;

  private static final int UNTOLD_MILLIS = 50;

  /** Waits until there may be new commits. */
  interface Pulse {
    void await() throws SQLException, InterruptedException;
  }

  private final String folder;
  private final String ifAbsent;

  Dialect(String folder, String ifAbsent) {
    this.folder = folder;
    this.ifAbsent = ifAbsent;
  }

  static Dialect of(String url) {
    if (url.startsWith("jdbc:postgresql:")) {
      return POSTGRESQL;
    }
    if (url.startsWith("jdbc:mariadb:") || url.startsWith("jdbc:mysql:")) {
      return MYSQL;
    }
    throw ElanusException.invalid(
        "a database's URL begins with jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:");
  }

  /** Opens connections, one by one. */
  abstract DataSource source(JdbcOptions options) throws SQLException;

  /**
   * The statement that every session begins with.
   *
   * @param version what the server says of itself
   */
  abstract String session(String version);

  /**
   * How a connection waits for commits.
   *
   * @param own gets a permit when this store committed
   */
  abstract Pulse pulse(Connection connection, Semaphore own) throws SQLException;

  /** A statement within a commit that has others hear of it, where there is one. */
  abstract Optional<String> tell();

  /** What makes an insert of entries overwrite those that exist. */
  abstract String upsertTail();

  /** Where the migrations are. */
  String migrations() {
    return "classpath:io/elanus/jdbc/" + folder;
  }

  /** What makes an insert into the spaces do nothing where the name exists. */
  String ifAbsent() {
    return ifAbsent;
  }
}
