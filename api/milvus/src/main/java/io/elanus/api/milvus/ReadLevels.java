package io.elanus.api.milvus;

import io.elanus.api.milvus.proto.ConsistencyLevel;
import io.elanus.roles.Consistency;
import io.elanus.roles.Proxy.ReadLevel;
import io.elanus.schema.ElanusException;

/** Consistency levels of requests. */
final class ReadLevels {
  private ReadLevels() {}

  static ReadLevel of(boolean useDefault, ConsistencyLevel level, long guaranteeTimestamp) {
    return new ReadLevel(
        useDefault, useDefault ? Consistency.BOUNDED : consistency(level), guaranteeTimestamp);
  }

  static Consistency consistency(ConsistencyLevel level) {
    return switch (level) {
      case Strong -> Consistency.STRONG;
      case Session -> Consistency.SESSION;
      case Bounded -> Consistency.BOUNDED;
      case Eventually -> Consistency.EVENTUALLY;
      case Customized -> Consistency.CUSTOMIZED;
      case UNRECOGNIZED -> throw ElanusException.invalid("invalid consistency level");
    };
  }

  static ConsistencyLevel wire(Consistency level) {
    return switch (level) {
      case STRONG -> ConsistencyLevel.Strong;
      case SESSION -> ConsistencyLevel.Session;
      case BOUNDED -> ConsistencyLevel.Bounded;
      case EVENTUALLY -> ConsistencyLevel.Eventually;
      case CUSTOMIZED -> ConsistencyLevel.Customized;
    };
  }
}
