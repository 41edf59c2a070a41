package io.elanus.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobStorageException;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Turns failures of the client into our errors, and tells the ones apart that callers answer. */
final class AzureErrors {
  private AzureErrors() {}

  /**
   * @param place of the store, see {@link AzureOptions#place}
   */
  static ElanusException of(RuntimeException failure, String place, String key) {
    if (failure instanceof ElanusException known) {
      return known;
    }
    return described(failure).with("key", key).with("store", place).with("reason", reason(failure));
  }

  private static ElanusException described(RuntimeException failure) {
    if (isUnanswered(failure)) {
      return error(ErrorCode.UNAVAILABLE, "object store does not answer", failure);
    }
    if (failure instanceof ClientAuthenticationException) {
      return error(ErrorCode.IO_FAILED, "no credentials for the object store", failure);
    }
    return switch (status(failure)) {
      case 401, 403 ->
          error(
              ErrorCode.IO_FAILED,
              "object store refuses access; look at its credentials and roles",
              failure);
      case 404 -> error(ErrorCode.IO_FAILED, "object store has no such container", failure);
      case 507 -> error(ErrorCode.DISK_LIMIT, "object store is full", failure);
      case 0 -> error(ErrorCode.IO_FAILED, "object store cannot be asked", failure);
      default -> error(ErrorCode.IO_FAILED, "object store refuses a request", failure);
    };
  }

  private static ElanusException error(ErrorCode code, String sentence, RuntimeException cause) {
    return new ElanusException(code, sentence, cause);
  }

  /** What was asked may have been done: the deadline passed, or the answer was lost. */
  static boolean isUnanswered(RuntimeException failure) {
    int status = status(failure);
    if (status != 0) {
      return status >= 500 && status != 501 && status != 507 || status == 429 || status == 408;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException
          || cause instanceof TimeoutException
          || cause instanceof InterruptedException
          || String.valueOf(cause.getMessage()).startsWith("Timeout on blocking read")) {
        return true;
      }
    }
    return false;
  }

  /** Something has the key, or somebody writes it at this moment. */
  static boolean isRefusedByCondition(RuntimeException failure) {
    return status(failure) == 412 || status(failure) == 409;
  }

  /**
   * The blocks that we sent are gone: another made an object of the key, or ours is one already.
   */
  static boolean isWithoutItsBlocks(RuntimeException failure) {
    return failure instanceof BlobStorageException answered
        && BlobErrorCode.INVALID_BLOCK_LIST.equals(answered.getErrorCode());
  }

  static boolean isMissing(RuntimeException failure) {
    return status(failure) == 404
        && !(failure instanceof BlobStorageException answered
            && BlobErrorCode.CONTAINER_NOT_FOUND.equals(answered.getErrorCode()));
  }

  static boolean isBeyondTheEnd(RuntimeException failure) {
    return status(failure) == 416;
  }

  private static int status(RuntimeException failure) {
    return failure instanceof HttpResponseException answered && answered.getResponse() != null
        ? answered.getResponse().getStatusCode()
        : 0;
  }

  /** No message of the client, which repeats addresses with their signatures. */
  private static String reason(RuntimeException failure) {
    if (failure instanceof BlobStorageException answered) {
      return answered.getStatusCode() + " " + answered.getErrorCode();
    }
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName();
  }
}
