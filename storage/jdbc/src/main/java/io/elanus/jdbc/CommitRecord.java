package io.elanus.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Versioned;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a commit did, as its row remembers it for watches. Encoded big-endian: a format byte 1, then
 * for each change a kind byte (1 put, 2 deleted), the key's length (4 bytes) and UTF-8, and for a
 * put the value's length (4 bytes) and bytes. The revision is the row's.
 *
 * @param revision of all its changes
 */
record CommitRecord(long revision, List<KeyChange> changes) {
  private static final byte FORMAT = 1;
  private static final byte PUT = 1;
  private static final byte DELETED = 2;

  CommitRecord {
    changes = List.copyOf(changes);
  }

  static byte[] encode(List<KeyChange> changes) {
    int bytes = 1;
    List<byte[]> keys = new ArrayList<>();
    for (KeyChange change : changes) {
      byte[] key = change.key().getBytes(UTF_8);
      keys.add(key);
      bytes += 1 + Integer.BYTES + key.length;
      bytes +=
          change instanceof KeyChange.Put put ? Integer.BYTES + put.versioned().value().length : 0;
    }
    ByteBuffer encoded = ByteBuffer.allocate(bytes).put(FORMAT);
    for (int i = 0; i < keys.size(); i++) {
      switch (changes.get(i)) {
        case KeyChange.Put put -> {
          byte[] value = put.versioned().value();
          encoded.put(PUT).putInt(keys.get(i).length).put(keys.get(i));
          encoded.putInt(value.length).put(value);
        }
        case KeyChange.Deleted deleted ->
            encoded.put(DELETED).putInt(keys.get(i).length).put(keys.get(i));
      }
    }
    return encoded.array();
  }

  static CommitRecord decode(long revision, byte[] encoded) {
    ByteBuffer rest = ByteBuffer.wrap(encoded);
    List<KeyChange> changes = new ArrayList<>();
    try {
      check(rest.get() == FORMAT, revision);
      while (rest.hasRemaining()) {
        byte kind = rest.get();
        check(kind == PUT || kind == DELETED, revision);
        String key = new String(block(rest, revision), UTF_8);
        changes.add(
            kind == PUT
                ? new KeyChange.Put(key, new Versioned(block(rest, revision), revision))
                : new KeyChange.Deleted(key, revision));
      }
    } catch (BufferUnderflowException cut) {
      check(false, revision);
    }
    return new CommitRecord(revision, changes);
  }

  private static byte[] block(ByteBuffer rest, long revision) {
    int length = rest.getInt();
    check(length >= 0 && length <= rest.remaining(), revision);
    byte[] block = new byte[length];
    rest.get(block);
    return block;
  }

  private static void check(boolean holds, long revision) {
    if (!holds) {
      throw new ElanusException(
              ErrorCode.DATA_INTEGRITY, "a commit in the database was not written by this software")
          .with("revision", revision);
    }
  }
}
