package io.elanus.api.milvus;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.elanus.api.milvus.proto.ErrorCode;
import io.elanus.api.milvus.proto.MutationResult;
import io.elanus.api.milvus.proto.Status;
import io.elanus.schema.ElanusException;
import java.util.Optional;

/**
 * Errors as Milvus statuses: number, complete text in {@code reason} and {@code detail}, the legacy
 * enum that old clients compare, {@code retriable}, and {@code is_input_error} when the request is
 * at fault (common.proto, Status). Success is the empty status.
 */
final class Statuses {
  static final Status OK = Status.getDefaultInstance();

  private Statuses() {}

  static Status of(ElanusException error) {
    io.elanus.schema.ErrorCode code = error.code();
    Status.Builder status =
        Status.newBuilder()
            .setCode(code.milvusCode())
            .setReason(error.getMessage())
            .setDetail(error.getMessage())
            .setErrorCode(legacy(code.milvusCode()))
            .setRetriable(code.retriable());
    if (code.blame() == io.elanus.schema.ErrorCode.Blame.CALLER) {
      status.putExtraInfo("is_input_error", "true");
    }
    return status.build();
  }

  /** Something nobody foresaw: code 65535, the text names the exception. */
  static Status unexpected(Throwable error) {
    return of(
        new ElanusException(io.elanus.schema.ErrorCode.UNEXPECTED, String.valueOf(error), error));
  }

  /** {@code status} for a {@link MutationResult}. */
  static Status forMutation(Status status) {
    if (status.getExtraInfoCount() == 0) {
      return status;
    }
    // pymilvus reads report_value of a MutationResult whenever there is any extra_info.
    return status.toBuilder().putExtraInfo("report_value", "0").build();
  }

  /**
   * An answer of {@code prototype}'s type with nothing but the status: the message itself, or its
   * field {@code status} (in one message {@code alter_status}).
   */
  @SuppressWarnings("unchecked") // a builder of A builds an A
  static <A extends Message> A answer(A prototype, Status status) {
    if (prototype instanceof Status) {
      return (A) status;
    }
    FieldDescriptor field =
        field(prototype)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    prototype.getDescriptorForType().getFullName() + " carries no status"));
    Status fitting = prototype instanceof MutationResult ? forMutation(status) : status;
    return (A) prototype.newBuilderForType().setField(field, fitting).build();
  }

  /** Whether {@link #answer} can be of that type. */
  static boolean carriedBy(Message prototype) {
    return prototype instanceof Status || field(prototype).isPresent();
  }

  private static Optional<FieldDescriptor> field(Message prototype) {
    return prototype.getDescriptorForType().getFields().stream()
        .filter(field ->
            field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && !field.isRepeated()
                && field.getMessageType().equals(Status.getDescriptor()))
        .findFirst();
  }

  private static ErrorCode legacy(int code) {
    return switch (code) {
      case 0 -> ErrorCode.Success;
      case 1, 110 -> ErrorCode.NotReadyServe;
      case 3 -> ErrorCode.InsufficientMemoryToLoad;
      case 7 -> ErrorCode.DiskQuotaExhausted;
      case 8 -> ErrorCode.RateLimit;
      case 9 -> ErrorCode.ForceDeny;
      case 11, 505 -> ErrorCode.TimeTickLongDelay;
      case 100 -> ErrorCode.CollectionNotExists;
      case 109 -> ErrorCode.SchemaMismatch;
      case 200, 400, 501 -> ErrorCode.MetaFailed;
      case 401, 503, 506, 905 -> ErrorCode.NoReplicaAvailable;
      case 600 -> ErrorCode.SegmentNotFound;
      case 700 -> ErrorCode.IndexNotExist;
      case 904 -> ErrorCode.NodeIDNotMatch;
      case 1100, 1101, 1102 -> ErrorCode.IllegalArgument;
      default -> ErrorCode.UnexpectedError;
    };
  }
}
