package io.elanus.etcd;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.Set;

/**
 * Values that went in front of their transaction.
 *
 * @param id names their parts; empty when there are none
 * @param marker the key that must exist for the transaction to commit
 * @param keys whose values they are
 */
record StagedValues(String id, Optional<ByteString> marker, Set<String> keys) {
  static final StagedValues NONE = new StagedValues("", Optional.empty(), Set.of());

  StagedValues {
    keys = Set.copyOf(keys);
  }

  boolean holds(String key) {
    return keys.contains(key);
  }

  boolean isNone() {
    return marker.isEmpty();
  }
}
