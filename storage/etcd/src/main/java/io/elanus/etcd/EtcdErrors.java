package io.elanus.etcd;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.grpc.Status;
import io.grpc.StatusException;
import java.net.ConnectException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads etcd's failures, which are gRPC statuses with a sentence, and turns them into ours. */
final class EtcdErrors {
  /** Statuses after which another attempt, or another member, may fare better. */
  private static final Set<Status.Code> PASSING =
      Set.of(
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.CANCELLED,
          Status.Code.ABORTED,
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN);

  private EtcdErrors() {}

  private static boolean says(StatusException failure, String words) {
    String description = failure.getStatus().getDescription();
    return description != null && description.contains(words);
  }

  /** Whether the same call may be tried again; it may have been carried out unless it is a read. */
  static boolean isPassing(StatusException failure) {
    return PASSING.contains(failure.getStatus().getCode())
        || says(failure, "too many requests")
        || isStaleToken(failure);
  }

  /** Whether the server certainly did nothing. */
  static boolean isCertainlyUndone(StatusException failure) {
    return !PASSING.contains(failure.getStatus().getCode()) || neverConnected(failure);
  }

  private static boolean neverConnected(StatusException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }

  /** The token ran out, or the server's users changed since it was given. */
  static boolean isStaleToken(StatusException failure) {
    return says(failure, "invalid auth token") || says(failure, "revision of auth store is old");
  }

  static boolean isLeaseGone(StatusException failure) {
    return says(failure, "requested lease not found");
  }

  static boolean isLeaseThere(StatusException failure) {
    return says(failure, "lease already exists");
  }

  static boolean isCompacted(StatusException failure) {
    return says(failure, "required revision has been compacted");
  }

  /** Our own limit of an answer was exceeded, not one of the server's. */
  static boolean isAnswerTooLong(StatusException failure) {
    return failure.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED
        && says(failure, "exceeds maximum size");
  }

  static ElanusException of(StatusException failure, String operation, String endpoint) {
    ErrorCode code = code(failure);
    return new ElanusException(code, sentence(code), failure)
        .with("operation", operation)
        .with("endpoint", endpoint)
        .with("reason", reason(failure));
  }

  private static ErrorCode code(StatusException failure) {
    if (says(failure, "database space exceeded")) {
      return ErrorCode.DISK_LIMIT;
    }
    if (says(failure, "authentication") || says(failure, "user name is empty")) {
      return ErrorCode.NOT_AUTHENTICATED;
    }
    if (says(failure, "request is too large") || says(failure, "too many operations")) {
      return ErrorCode.PARAMETER_TOO_LARGE;
    }
    return switch (failure.getStatus().getCode()) {
      case UNAUTHENTICATED -> ErrorCode.NOT_AUTHENTICATED;
      case PERMISSION_DENIED -> ErrorCode.PRIVILEGE_NOT_PERMITTED;
      case DATA_LOSS -> ErrorCode.DATA_INTEGRITY;
      default -> isPassing(failure) ? ErrorCode.UNAVAILABLE : ErrorCode.IO_FAILED;
    };
  }

  private static String sentence(ErrorCode code) {
    return switch (code) {
      case DISK_LIMIT -> "etcd has no space left, compact and defragment it and disarm the alarm";
      case NOT_AUTHENTICATED -> "etcd does not know user or password";
      case PRIVILEGE_NOT_PERMITTED -> "etcd does not let this user do it";
      case PARAMETER_TOO_LARGE -> "etcd's limits of a request are lower than its defaults";
      case DATA_INTEGRITY -> "etcd lost data";
      case UNAVAILABLE -> "etcd cannot be reached";
      default -> "etcd failed";
    };
  }

  /** What is known of a commit that may or may not have happened. */
  static ElanusException unknownOutcome(@Nullable StatusException failure, String endpoint) {
    return new ElanusException(
            ErrorCode.UNAVAILABLE, "the outcome of a commit to etcd is unknown", failure)
        .with("endpoint", endpoint)
        .with("reason", failure == null ? "time is up" : reason(failure));
  }

  static ElanusException closed() {
    return new ElanusException(ErrorCode.UNAVAILABLE, "metadata store is closed");
  }

  /** The status, what gRPC says of it and what lies at its root, such as a refused connection. */
  static String reason(StatusException failure) {
    var reason = new StringBuilder(failure.getStatus().getCode().name());
    String description = failure.getStatus().getDescription();
    if (description != null) {
      reason.append(' ').append(description);
    }
    Throwable cause = failure.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null ? reason.toString() : reason.append(": ").append(cause).toString();
  }
}
