package io.elanus.api.client;

import io.elanus.api.milvus.proto.Status;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statuses of answers (common.proto, Status) and of connections, as the errors they were. */
final class WireErrors {
  private static final Pattern VARIABLE = Pattern.compile("\\[([^\\[\\]=]+)=(.*?)](?=\\[|$)");

  private WireErrors() {}

  /** Success is code 0; servers before 2.3 fill the legacy enum alone. */
  static boolean isSuccess(Status status) {
    return status.getCode() == 0 && status.getErrorCodeValue() == 0;
  }

  /**
   * The text of {@link ElanusException#getMessage} is taken apart again, so that it reads alike.
   */
  static ElanusException of(Status status) {
    ErrorCode code = code(status.getCode());
    String text = status.getReason();
    int base = text.lastIndexOf(code.baseText());
    boolean leads = base > 2 && text.startsWith(": ", base - 2);
    if (base != 0 && !leads) {
      return new ElanusException(code, text);
    }
    String variables = text.substring(base + code.baseText().length());
    if (!variables.isEmpty() && !variables.startsWith("[")) {
      return new ElanusException(code, text);
    }
    var error = new ElanusException(code, leads ? text.substring(0, base - 2) : "");
    Matcher matcher = VARIABLE.matcher(variables);
    while (matcher.find()) {
      error.with(matcher.group(1), matcher.group(2));
    }
    return error;
  }

  private static ErrorCode code(int number) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.milvusCode() == number) {
        return code;
      }
    }
    return ErrorCode.UNEXPECTED;
  }

  static ElanusException of(StatusRuntimeException broken, String server) {
    io.grpc.Status status = broken.getStatus();
    ErrorCode code =
        switch (status.getCode()) {
          case UNAVAILABLE -> ErrorCode.UNAVAILABLE;
          case DEADLINE_EXCEEDED -> ErrorCode.TIMEOUT;
          case CANCELLED -> ErrorCode.CANCELLED;
          case UNAUTHENTICATED -> ErrorCode.NOT_AUTHENTICATED;
          case PERMISSION_DENIED -> ErrorCode.PRIVILEGE_NOT_PERMITTED;
          case RESOURCE_EXHAUSTED -> ErrorCode.PARAMETER_TOO_LARGE;
          case UNIMPLEMENTED -> ErrorCode.UNIMPLEMENTED;
          case INVALID_ARGUMENT -> ErrorCode.INVALID_PARAMETER;
          default -> ErrorCode.UNEXPECTED;
        };
    String sentence = status.getDescription() == null ? "" : status.getDescription();
    return new ElanusException(code, sentence, broken).with("server", server);
  }

  /** Whether the request surely never left, as there was nobody at the address. */
  static boolean neverLeft(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }
}
