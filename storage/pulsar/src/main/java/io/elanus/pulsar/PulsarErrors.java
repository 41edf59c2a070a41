package io.elanus.pulsar;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pulsar.client.admin.PulsarAdminException;
import org.apache.pulsar.client.api.PulsarClientException;

/** Turns Pulsar's failures into our errors. */
final class PulsarErrors {
  private static final int SERVER_ERRORS = 500;

  private PulsarErrors() {}

  /** What went wrong when a broker was asked for something. */
  static ElanusException of(Throwable failure, String operation, String topic) {
    Throwable cause = unwrapped(failure);
    return new ElanusException(codeOf(cause), "Pulsar operation failed", cause)
        .with("operation", operation)
        .with("topic", topic)
        .with("reason", cause.getClass().getSimpleName() + ": " + cause.getMessage());
  }

  private static Throwable unwrapped(Throwable failure) {
    boolean wrapper =
        failure instanceof ExecutionException || failure instanceof CompletionException;
    return wrapper && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
  }

  /** Without a broker nothing can be said; what a broker refuses, a person has to look at. */
  private static ErrorCode codeOf(Throwable cause) {
    return switch (cause) {
      case PulsarClientException.InvalidTopicNameException name -> ErrorCode.INVALID_PARAMETER;
      case PulsarClientException answered ->
          PulsarClientException.isRetriableError(answered)
              ? ErrorCode.UNAVAILABLE
              : ErrorCode.IO_FAILED;
      case PulsarAdminException.PreconditionFailedException name -> ErrorCode.INVALID_PARAMETER;
      case PulsarAdminException answered ->
          answered.getStatusCode() >= SERVER_ERRORS ? ErrorCode.UNAVAILABLE : ErrorCode.IO_FAILED;
      case TimeoutException late -> ErrorCode.UNAVAILABLE;
      case InterruptedException interrupted -> ErrorCode.CANCELLED;
      default -> ErrorCode.IO_FAILED;
    };
  }
}
