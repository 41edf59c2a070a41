package io.elanus.metadata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The records of a metadata journal. Little-endian; a text is an i32 of bytes and UTF-8, a value an
 * i32 of bytes and the bytes:
 *
 * <pre>
 * u8 kind, u8 version 1, u16 0, then
 * kind 1, transaction:    i64 revision, i32 puts, puts × (text, value), i32 deletes, deletes × text
 * kind 2, snapshot part:  i32 entries, entries × (text, value, i64 revision)
 * kind 3, snapshot end:   i64 revision, i64 entries in all parts
 * </pre>
 *
 * <p>A journal that continues another begins with snapshot parts and an end; transactions follow.
 */
sealed interface JournalRecord {
  int VERSION = 1;

  record Applied(long revision, Map<String, byte[]> puts, Set<String> deletes)
      implements JournalRecord {}

  record SnapshotPart(List<Map.Entry<String, Versioned>> entries) implements JournalRecord {}

  record SnapshotEnd(long revision, long entries) implements JournalRecord {}

  /** The bytes of a record. */
  static ByteBuffer encode(JournalRecord record) {
    return switch (record) {
      case Applied applied -> encode(applied);
      case SnapshotPart part -> encode(part);
      case SnapshotEnd end -> begin(3, 16).putLong(end.revision()).putLong(end.entries()).flip();
    };
  }

  private static ByteBuffer encode(Applied applied) {
    List<byte[]> putKeys = applied.puts().keySet().stream().map(JournalRecord::utf8).toList();
    List<byte[]> deletes = applied.deletes().stream().map(JournalRecord::utf8).toList();
    List<byte[]> values = List.copyOf(applied.puts().values());
    int bytes = 16 + sizeOf(putKeys) + sizeOf(values) + sizeOf(deletes);
    ByteBuffer target = begin(1, bytes).putLong(applied.revision()).putInt(putKeys.size());
    for (int ordinal = 0; ordinal < putKeys.size(); ordinal++) {
      put(target, putKeys.get(ordinal));
      put(target, values.get(ordinal));
    }
    target.putInt(deletes.size());
    deletes.forEach(key -> put(target, key));
    return target.flip();
  }

  private static ByteBuffer encode(SnapshotPart part) {
    List<byte[]> keys = part.entries().stream().map(entry -> utf8(entry.getKey())).toList();
    List<byte[]> values = part.entries().stream().map(entry -> entry.getValue().value()).toList();
    int bytes = 4 + sizeOf(keys) + sizeOf(values) + 8 * keys.size();
    ByteBuffer target = begin(2, bytes).putInt(keys.size());
    for (int ordinal = 0; ordinal < keys.size(); ordinal++) {
      put(target, keys.get(ordinal));
      put(target, values.get(ordinal));
      target.putLong(part.entries().get(ordinal).getValue().revision());
    }
    return target.flip();
  }

  /** Reads a record; a malformed one is an IllegalArgumentException or a buffer's exception. */
  static JournalRecord decode(ByteBuffer payload) {
    ByteBuffer source = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int kind = source.get();
    int version = source.get();
    source.getShort();
    if (version != VERSION) {
      throw new IllegalArgumentException("unknown version " + version);
    }
    return switch (kind) {
      case 1 -> decodeApplied(source);
      case 2 -> decodePart(source);
      case 3 -> new SnapshotEnd(source.getLong(), source.getLong());
      default -> throw new IllegalArgumentException("unknown kind " + kind);
    };
  }

  private static Applied decodeApplied(ByteBuffer source) {
    long revision = source.getLong();
    Map<String, byte[]> puts = new LinkedHashMap<>();
    for (int count = source.getInt(); count > 0; count--) {
      puts.put(text(source), bytes(source));
    }
    Set<String> deletes = new HashSet<>();
    for (int count = source.getInt(); count > 0; count--) {
      deletes.add(text(source));
    }
    return new Applied(revision, puts, deletes);
  }

  private static SnapshotPart decodePart(ByteBuffer source) {
    List<Map.Entry<String, Versioned>> entries = new ArrayList<>();
    for (int count = source.getInt(); count > 0; count--) {
      String key = text(source);
      byte[] value = bytes(source);
      entries.add(Map.entry(key, new Versioned(value, source.getLong())));
    }
    return new SnapshotPart(entries);
  }

  private static ByteBuffer begin(int kind, int bytes) {
    ByteBuffer target = ByteBuffer.allocate(4 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    return target.put((byte) kind).put((byte) VERSION).putShort((short) 0);
  }

  private static int sizeOf(List<byte[]> parts) {
    return parts.stream().mapToInt(part -> 4 + part.length).sum();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ByteBuffer target, byte[] bytes) {
    target.putInt(bytes.length).put(bytes);
  }

  private static String text(ByteBuffer source) {
    return new String(bytes(source), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer source) {
    int length = source.getInt();
    if (length < 0 || length > source.remaining()) {
      throw new IllegalArgumentException("length " + length + " does not fit");
    }
    byte[] bytes = new byte[length];
    source.get(bytes);
    return bytes;
  }
}
