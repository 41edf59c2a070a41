package io.elanus.index.scalar;

import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The layout of a scalar index file, little-endian:
 *
 * <pre>
 * offset  bytes
 *      0      8  magic "ELNSIDX" and a zero byte
 *      8      4  format version, 1
 *     12      4  CRC32C of bytes 16 to the end of the file
 *     16      8  length of the file
 *     24      4  class of the values: 0 booleans, 1 integers, 2 floating numbers, 3 texts
 *     28      4  flags: 1 postings are Roaring sets, 2 values of a JSON path, 4 numbers do not fit
 *                doubles, 8 values are cheap to scan
 *     32      4  rows of the column, n
 *     36      4  distinct values, d
 *     40     24  zero
 *     64     80  for each of the five sections: offset (8), length (8)
 *                sections, each at a multiple of 64, zeros between them:
 *                KNOWN     one bit a row, least significant first, padded to 8 bytes: the row has a
 *                          value of the class (an array that is there, however short)
 *                VALUES    [d] int64 ascending: integers, 0 and 1, or {@link SortableDoubles};
 *                          of texts [d + 1] int32: where each begins in TEXTS
 *                TEXTS     UTF-8 bytes of the texts, ascending in byte order
 *                STARTS    [d + 1] int32: where the rows of each value begin in POSTINGS, in rows
 *                          for lists, in bytes for sets
 *                POSTINGS  lists: int32 rows, ascending for each value; sets: the portable
 *                          serialization of a Roaring bitmap for each value
 * </pre>
 */
@SuppressWarnings("EnumOrdinal") // the enums say that their order is part of the format
final class ScalarIndexFormat {
  static final long MAGIC = 0x00584449534E4C45L;
  static final int VERSION = 1;
  static final int ROARING = 1;
  static final int JSON_PATH = 2;
  static final int INEXACT = 4;
  static final int CHEAP_SCAN = 8;
  static final int ALIGNMENT_BYTES = 64;

  private static final int TABLE_BYTES = 64;
  private static final int CHECKED_FROM = 16;
  private static final int CHUNK_BYTES = 1 << 30;

  /** The sections; the order is part of the format. */
  enum Section {
    KNOWN,
    VALUES,
    TEXTS,
    STARTS,
    POSTINGS
  }

  /** The class of the values; the order is part of the format. */
  enum ValueClass {
    BOOLEAN,
    INTEGER,
    FLOATING,
    TEXT
  }

  private ScalarIndexFormat() {}

  /**
   * Lays a file out in memory.
   *
   * @param sections in the order of {@link Section}
   */
  static byte[] assemble(
      ValueClass values, int flags, int rows, int distinct, List<byte[]> sections) {
    long at = aligned(TABLE_BYTES + 16L * Section.values().length);
    long length = at;
    for (byte[] section : sections) {
      length = aligned(length) + section.length;
    }
    byte[] bytes = new byte[Math.toIntExact(length)];
    MemorySegment file = MemorySegment.ofArray(bytes);
    file.set(Column.LONG, 0, MAGIC);
    file.set(Column.INT, 8, VERSION);
    file.set(Column.LONG, 16, length);
    file.set(Column.INT, 24, values.ordinal());
    file.set(Column.INT, 28, flags);
    file.set(Column.INT, 32, rows);
    file.set(Column.INT, 36, distinct);
    for (int i = 0; i < sections.size(); i++) {
      byte[] section = sections.get(i);
      at = aligned(at);
      file.set(Column.LONG, TABLE_BYTES + 16L * i, at);
      file.set(Column.LONG, TABLE_BYTES + 16L * i + 8, section.length);
      System.arraycopy(section, 0, bytes, (int) at, section.length);
      at += section.length;
    }
    file.set(Column.INT, 12, checksum(file));
    return bytes;
  }

  /**
   * @throws ElanusException DATA_INTEGRITY when the bytes are no scalar index file or damaged
   */
  static void verify(MemorySegment file) {
    boolean ours =
        file.byteSize() >= TABLE_BYTES + 16L * Section.values().length
            && file.get(Column.LONG, 0) == MAGIC;
    if (!ours) {
      throw damaged("it is not a scalar index file");
    }
    int version = file.get(Column.INT, 8);
    if (version != VERSION) {
      throw damaged("format version " + version + " is not known");
    }
    if (file.get(Column.LONG, 16) != file.byteSize()) {
      throw damaged("its length is not the one written in it");
    }
    if (file.get(Column.INT, 12) != checksum(file)) {
      throw damaged("its checksum does not match");
    }
  }

  /** The checksum that the file has, verified. */
  static int checksumOf(MemorySegment file) {
    return file.get(Column.INT, 12);
  }

  static ValueClass valueClass(MemorySegment file) {
    return ValueClass.values()[file.get(Column.INT, 24)];
  }

  static int flags(MemorySegment file) {
    return file.get(Column.INT, 28);
  }

  static int rows(MemorySegment file) {
    return file.get(Column.INT, 32);
  }

  static int distinct(MemorySegment file) {
    return file.get(Column.INT, 36);
  }

  static MemorySegment section(MemorySegment file, Section section) {
    long entry = TABLE_BYTES + 16L * section.ordinal();
    return file.asSlice(file.get(Column.LONG, entry), file.get(Column.LONG, entry + 8));
  }

  static ElanusException damaged(String why) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "scalar index file cannot be used")
        .with("cause", why);
  }

  private static long aligned(long at) {
    return (at + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
  }

  private static int checksum(MemorySegment file) {
    var crc = new CRC32C();
    for (long at = CHECKED_FROM; at < file.byteSize(); at += CHUNK_BYTES) {
      ByteBuffer chunk =
          file.asSlice(at, Math.min(CHUNK_BYTES, file.byteSize() - at)).asByteBuffer();
      crc.update(chunk);
    }
    return (int) crc.getValue();
  }
}
