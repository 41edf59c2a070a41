package io.elanus.etcd;

import com.google.protobuf.ByteString;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;

/**
 * What stands in etcd as the value of a user's key: a byte 0 and the value, or a byte 1 and the id
 * of the part that holds it, 32 hexadecimal digits.
 */
sealed interface StoredValue {
  ByteString INLINE = ByteString.copyFrom(new byte[] {0});
  ByteString REFERENCE = ByteString.copyFrom(new byte[] {1});

  record Inline(byte[] value) implements StoredValue {}

  record Reference(String id) implements StoredValue {}

  static ByteString inline(byte[] value) {
    return INLINE.concat(ByteString.copyFrom(value));
  }

  static ByteString reference(String id) {
    return REFERENCE.concat(EtcdKeys.ascii(id));
  }

  static StoredValue decode(ByteString key, ByteString stored) {
    if (stored.startsWith(INLINE)) {
      return new Inline(stored.substring(1).toByteArray());
    }
    if (stored.startsWith(REFERENCE)) {
      return new Reference(stored.substring(1).toStringUtf8());
    }
    throw new ElanusException(
            ErrorCode.DATA_INTEGRITY, "a metadata value in etcd was not written by this database")
        .with("key", key.toStringUtf8())
        .with("bytes", stored.size());
  }
}
