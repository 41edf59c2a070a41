package io.elanus.s3;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns failures of the client into our errors, and tells the ones apart that callers answer. */
final class S3Errors {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int INSUFFICIENT_STORAGE = 507;

  private S3Errors() {}

  /**
   * @param place of the store, see {@link S3Options#place}
   */
  static ElanusException of(SdkException failure, String place, String key) {
    return described(failure).with("key", key).with("store", place).with("reason", reason(failure));
  }

  private static ElanusException described(SdkException failure) {
    if (mayHelpToRepeat(failure)) {
      return error(ErrorCode.UNAVAILABLE, "object store does not answer", failure);
    }
    String reason = reason(failure);
    return switch (status(failure)) {
      case 401, 403 ->
          error(
              ErrorCode.IO_FAILED,
              "object store refuses access; look at its credentials and policies",
              failure);
      case NOT_FOUND ->
          code(failure).equals("NoSuchUpload")
              ? error(ErrorCode.IO_FAILED, "object store dropped an upload", failure)
              : error(ErrorCode.IO_FAILED, "object store has no such bucket", failure);
      case INSUFFICIENT_STORAGE -> error(ErrorCode.DISK_LIMIT, "object store is full", failure);
      case 0 ->
          reason.contains("Unable to load credentials")
              ? error(ErrorCode.IO_FAILED, "no credentials for the object store", failure)
              : error(ErrorCode.IO_FAILED, "object store cannot be asked", failure);
      default ->
          reason.contains("StorageFull") || reason.contains("QuotaExceeded")
              ? error(ErrorCode.DISK_LIMIT, "object store is full", failure)
              : error(ErrorCode.IO_FAILED, "object store refuses a request", failure);
    };
  }

  private static ElanusException error(ErrorCode code, String sentence, SdkException cause) {
    return new ElanusException(code, sentence, cause);
  }

  /** What was asked may have been done: the deadline passed, or the answer was lost. */
  static boolean mayHelpToRepeat(SdkException failure) {
    int status = status(failure);
    if (status >= 501 && status != 502 && status != 503 && status != 504) {
      return false;
    }
    if (status >= 500 || status == 429 || status == 408 || arrivedOtherwise(failure)) {
      return true;
    }
    boolean unanswered =
        failure instanceof ApiCallTimeoutException
            || failure instanceof AbortedException
            || failure.retryable();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      unanswered |= cause instanceof IOException || cause instanceof XMLStreamException;
    }
    return unanswered;
  }

  /**
   * What arrived was not what its checksum says. Bytes change on their way, and some servers mix
   * two that write the same part, one of which gave up waiting.
   */
  static boolean arrivedOtherwise(Throwable failure) {
    return failure instanceof SdkException answered
        && (code(answered).equals("BadDigest")
            || code(answered).equals("XAmzContentChecksumMismatch"));
  }

  /** A condition of the request did not hold; some servers say so under the status 200. */
  static boolean isRefusedByCondition(SdkException failure) {
    return status(failure) == PRECONDITION_FAILED || code(failure).equals("PreconditionFailed");
  }

  /** Another writer was at the same key at the same moment; who won is yet to be seen. */
  static boolean isConflict(SdkException failure) {
    return status(failure) == CONFLICT || code(failure).equals("ConditionalRequestConflict");
  }

  static boolean isMissing(SdkException failure) {
    return status(failure) == NOT_FOUND && !code(failure).equals("NoSuchBucket");
  }

  static boolean isNotImplemented(SdkException failure) {
    return status(failure) == NOT_IMPLEMENTED;
  }

  static boolean isBeyondTheEnd(SdkException failure) {
    return status(failure) == RANGE_NOT_SATISFIABLE;
  }

  private static int status(SdkException failure) {
    return failure instanceof AwsServiceException answered ? answered.statusCode() : 0;
  }

  private static String code(SdkException failure) {
    return failure instanceof AwsServiceException answered
            && answered.awsErrorDetails() != null
            && answered.awsErrorDetails().errorCode() != null
        ? answered.awsErrorDetails().errorCode()
        : "";
  }

  private static String reason(SdkException failure) {
    return failure instanceof AwsServiceException answered
        ? (answered.statusCode() + " " + code(failure)).strip()
        : String.valueOf(failure.getMessage());
  }
}
