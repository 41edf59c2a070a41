package io.elanus.transport;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.transport.wire.Failure;
import io.elanus.transport.wire.Variable;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;

/** Errors on the wire: code, sentence and variables stay what they were. */
final class Failures {
  private Failures() {}

  static Failure encode(RuntimeException thrown) {
    ElanusException error =
        thrown instanceof ElanusException known
            ? known
            : new ElanusException(ErrorCode.UNEXPECTED, String.valueOf(thrown), thrown);
    Failure.Builder failure =
        Failure.newBuilder().setCode(error.code().name()).setSentence(error.leading());
    error
        .variables()
        .forEach(variable ->
            failure.addVariables(
                Variable.newBuilder().setName(variable.name()).setValue(variable.value())));
    return failure.build();
  }

  static ElanusException decode(Failure failure) {
    var error = new ElanusException(code(failure.getCode()), failure.getSentence());
    failure
        .getVariablesList()
        .forEach(variable -> error.with(variable.getName(), variable.getValue()));
    return error;
  }

  private static ErrorCode code(String name) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return ErrorCode.UNEXPECTED;
  }

  /**
   * What the connection, rather than the role, had to say. NOT_READY: the call never left; after
   * UNAVAILABLE it may have been carried out.
   */
  static ElanusException ofConnection(StatusRuntimeException broken, String peer) {
    Status status = broken.getStatus();
    ErrorCode code =
        switch (status.getCode()) {
          case UNAVAILABLE -> neverReached(broken) ? ErrorCode.NOT_READY : ErrorCode.UNAVAILABLE;
          case DEADLINE_EXCEEDED -> ErrorCode.TIMEOUT;
          case CANCELLED -> ErrorCode.CANCELLED;
          case RESOURCE_EXHAUSTED -> ErrorCode.PARAMETER_TOO_LARGE;
          case UNIMPLEMENTED -> ErrorCode.UNIMPLEMENTED;
          case UNAUTHENTICATED -> ErrorCode.NOT_AUTHENTICATED;
          default -> ErrorCode.UNEXPECTED;
        };
    // What follows the first line is grpc-java's own state.
    String sentence =
        status.getDescription() == null
            ? ""
            : status.getDescription().lines().findFirst().orElse("");
    return new ElanusException(code, sentence, broken).with("peer", peer);
  }

  private static boolean neverReached(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }
}
