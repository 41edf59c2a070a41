package io.elanus.kafka;

import io.elanus.brokers.BrokerErrors;
import io.elanus.brokers.Place;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;

/** Turns Kafka's failures into our errors. */
final class KafkaErrors {
  private KafkaErrors() {}

  /** What went wrong when a broker was asked for something. */
  static ElanusException of(Throwable failure, String operation, String topic) {
    Throwable cause = unwrapped(failure);
    return new ElanusException(codeOf(cause), "Kafka operation failed", cause)
        .with("operation", operation)
        .with("topic", topic)
        .with("reason", reasonOf(cause));
  }

  static Throwable unwrapped(Throwable failure) {
    return failure instanceof ExecutionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Without a broker nothing can be said; what a broker refuses, a person has to look at. */
  private static ErrorCode codeOf(Throwable cause) {
    return switch (cause) {
      case CorruptRecordException corrupt -> ErrorCode.DATA_INTEGRITY;
      case RetriableException passing -> ErrorCode.UNAVAILABLE;
      case InvalidTopicException name -> ErrorCode.INVALID_PARAMETER;
      case InvalidReplicationFactorException setting -> ErrorCode.INVALID_PARAMETER;
      case InvalidConfigurationException setting -> ErrorCode.INVALID_PARAMETER;
      case InterruptException interrupted -> ErrorCode.CANCELLED;
      case InterruptedException interrupted -> ErrorCode.CANCELLED;
      default -> ErrorCode.IO_FAILED;
    };
  }

  /**
   * What went wrong when records were read. Other than in answers of a broker, an error without a
   * name stands for bytes that cannot be read.
   *
   * @param offset of the next record
   */
  static ElanusException ofRead(Throwable failure, String topic, long offset) {
    boolean cut = failure instanceof OffsetOutOfRangeException;
    boolean named =
        failure instanceof ApiException
            || failure instanceof InterruptException
            || failure instanceof AuthenticationException
            || failure instanceof AuthorizationException;
    if (named && !cut) {
      return of(failure, "read", topic).with("offset", offset);
    }
    String sentence =
        cut
            ? "the topic does not hold the record that comes next"
            : "a record of the topic cannot be read";
    return BrokerErrors.integrity(sentence, topic, Place.ofOffset(offset))
        .with("reason", reasonOf(failure));
  }

  private static String reasonOf(Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return deepest == cause ? text : text + " / " + deepest.getMessage();
  }
}
