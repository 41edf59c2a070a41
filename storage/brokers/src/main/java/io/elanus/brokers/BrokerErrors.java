package io.elanus.brokers;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;

/** What is said of records that cannot be taken. */
public final class BrokerErrors {
  private BrokerErrors() {}

  /** A record that cannot be read, or is not what it should be. */
  public static ElanusException integrity(String sentence, String topic, Place place) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, sentence)
        .with("topic", topic)
        .with("offset", place);
  }
}
