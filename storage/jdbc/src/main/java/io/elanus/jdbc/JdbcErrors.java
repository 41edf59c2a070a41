package io.elanus.jdbc;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;

/** Reads the failures of databases, which are SQL states and vendors' numbers. */
final class JdbcErrors {
  /**
   * Classes of states after which another attempt may fare better: connections, transactions that
   * were rolled back, servers that are stopping, starting or only read, too many connections.
   */
  private static final Set<String> PASSING_CLASSES = Set.of("08", "25", "40", "53", "57", "55");

  /** MySQL: too many connections, waited too long for a lock, deadlock, only reads. */
  private static final Set<Integer> PASSING_NUMBERS = Set.of(1040, 1205, 1213, 1290, 1836);

  private static final Set<Integer> DENIED_NUMBERS = Set.of(1044, 1142, 1143, 1227);
  private static final Set<Integer> FULL_NUMBERS = Set.of(1021, 1114);

  private JdbcErrors() {}

  private interface Test {
    boolean holds(SQLException failure, String state);
  }

  private static boolean any(Throwable failure, Test test) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException one) {
        String state = one.getSQLState();
        if (test.holds(one, state == null ? "" : state)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The same may be tried again. */
  static boolean isPassing(SQLException failure) {
    if (isRefused(failure) || isDenied(failure) || isFull(failure)) {
      return false;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return true;
      }
    }
    return any(
        failure,
        (one, state) ->
            one instanceof SQLTransientException
                || one instanceof SQLRecoverableException
                || state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2))
                || PASSING_NUMBERS.contains(one.getErrorCode()));
  }

  private static boolean isRefused(SQLException failure) {
    return any(failure, (one, state) -> state.startsWith("28"));
  }

  private static boolean isDenied(SQLException failure) {
    return any(
        failure,
        (one, state) -> state.equals("42501") || DENIED_NUMBERS.contains(one.getErrorCode()));
  }

  private static boolean isFull(SQLException failure) {
    return any(
        failure,
        (one, state) -> state.equals("53100") || FULL_NUMBERS.contains(one.getErrorCode()));
  }

  static ElanusException of(SQLException failure, String operation, String place) {
    ErrorCode code = code(failure);
    return new ElanusException(code, sentence(code), failure)
        .with("operation", operation)
        .with("database", place)
        .with("reason", reason(failure));
  }

  private static ErrorCode code(SQLException failure) {
    if (isRefused(failure)) {
      return ErrorCode.NOT_AUTHENTICATED;
    }
    if (isDenied(failure)) {
      return ErrorCode.PRIVILEGE_NOT_PERMITTED;
    }
    if (isFull(failure)) {
      return ErrorCode.DISK_LIMIT;
    }
    return isPassing(failure) ? ErrorCode.UNAVAILABLE : ErrorCode.IO_FAILED;
  }

  private static String sentence(ErrorCode code) {
    return switch (code) {
      case NOT_AUTHENTICATED -> "the metadata's database does not know user or password";
      case PRIVILEGE_NOT_PERMITTED -> "the metadata's database does not let this user do it";
      case DISK_LIMIT -> "the metadata's database has no space left";
      case UNAVAILABLE -> "the metadata's database cannot be reached";
      default -> "the metadata's database failed";
    };
  }

  /** What is known of a commit that may or may not have happened. */
  static ElanusException unknownOutcome(SQLException failure, String place) {
    return new ElanusException(
            ErrorCode.UNAVAILABLE, "the outcome of a commit to the database is unknown", failure)
        .with("database", place)
        .with("reason", reason(failure));
  }

  static ElanusException closed() {
    return new ElanusException(ErrorCode.UNAVAILABLE, "metadata store is closed");
  }

  static String reason(SQLException failure) {
    String text = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return (failure.getSQLState() + " " + text).strip();
  }
}
