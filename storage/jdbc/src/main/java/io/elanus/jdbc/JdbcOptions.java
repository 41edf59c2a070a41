package io.elanus.jdbc;

import io.elanus.schema.ElanusException;
import java.time.Duration;

/**
 * Where the database is and how to speak to it.
 *
 * <p>For whoever operates it: commits must be forced to disk before they are answered ({@code
 * synchronous_commit} of PostgreSQL, {@code innodb_flush_log_at_trx_commit=1} of MySQL, both
 * defaults), and a standby that takes over must have all that was answered.
 *
 * @param url {@code jdbc:postgresql:}, {@code jdbc:mariadb:} or {@code jdbc:mysql:}, with the
 *     drivers' parameters, TLS among them
 * @param user empty: what the URL says
 * @param password never printed
 * @param space whose metadata, 1 to 200 characters; databases of Elanus that share a server differ
 *     in it
 * @param requestTimeout of one statement
 * @param operationTimeout of all attempts of one operation together
 * @param retention how long each commit is remembered; a watch that was cut off for longer compares
 */
public record JdbcOptions(
    String url,
    String user,
    String password,
    String space,
    Duration requestTimeout,
    Duration operationTimeout,
    Duration retention) {
  private static final int LONGEST_SPACE = 200;

  public JdbcOptions {
    Dialect.of(url);
    if (space.isEmpty() || space.length() > LONGEST_SPACE) {
      throw ElanusException.invalid("a space of metadata has a name of 1 to 200 characters")
          .with("space", space);
    }
    if (requestTimeout.toMillis() < 250 || operationTimeout.compareTo(requestTimeout) < 0) {
      throw ElanusException.invalid(
              "a database's timeouts are 250 ms or more, the operation's the longer")
          .with("request", requestTimeout)
          .with("operation", operationTimeout);
    }
    if (!retention.isPositive()) {
      throw ElanusException.invalid("the retention of commits must be positive");
    }
  }

  /** 5 s a statement, 15 s an operation, commits remembered for 10 minutes. */
  public static JdbcOptions of(String url, String user, String password, String space) {
    return new JdbcOptions(
        url,
        user,
        password,
        space,
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofMinutes(10));
  }

  /** The same with other timeouts. */
  public JdbcOptions within(Duration request, Duration operation) {
    return new JdbcOptions(url, user, password, space, request, operation, retention);
  }

  /** How the database is named in messages: its URL without parameters, which may be secret. */
  String place() {
    int parameters = url.indexOf('?');
    String plain = parameters < 0 ? url : url.substring(0, parameters);
    int user = plain.lastIndexOf('@');
    return user < 0 ? plain : "jdbc:…" + plain.substring(user);
  }

  @Override
  public String toString() {
    return "JdbcOptions[" + place() + ", space=" + space + "]";
  }
}
