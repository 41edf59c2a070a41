package io.elanus.segment;

import io.elanus.files.Checksums;
import io.elanus.files.DigestOutput;
import io.elanus.files.FileDigest;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a manifest:
 *
 * <pre>
 *   magic "ELSM", int32 format version 1
 *   int64 segment, int64 collection, int64 partition, text channel
 *   int32 version, int32 schema version, int32 rows
 *   byte key bounds: 0 none, 1 two int64, 2 two texts; the bounds
 *   byte duplicate keys, int64 min timestamp, int64 max timestamp
 *   int32 files, and for each: byte kind, text name, int32 field ids, int64 each, int64 bytes,
 *     int64 CRC32C
 *   int32 CRC32C of all before
 * </pre>
 *
 * A text is int32 bytes and UTF-8. Little-endian, no padding.
 */
final class ManifestCodec {
  private static final int MAGIC = 0x4D534C45;
  private static final int FORMAT_VERSION = 1;
  private static final int CHECKSUM_BYTES = 4;

  private ManifestCodec() {}

  static byte[] encode(SegmentManifest manifest) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DigestOutput out = new DigestOutput(bytes);
      write(manifest, out);
      long crc = out.finish().crc32c();
      DigestOutput tail = new DigestOutput(bytes);
      tail.writeInt((int) crc);
      tail.finish();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  private static void write(SegmentManifest manifest, DigestOutput out) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(FORMAT_VERSION);
    out.writeLong(manifest.segmentId());
    out.writeLong(manifest.collectionId());
    out.writeLong(manifest.partitionId());
    writeText(manifest.channel(), out);
    out.writeInt(manifest.version());
    out.writeInt(manifest.schemaVersion());
    out.writeInt(manifest.rows());
    writeBounds(manifest.keyBounds(), out);
    out.writeByte(manifest.duplicateKeys() ? 1 : 0);
    out.writeLong(manifest.minTimestamp());
    out.writeLong(manifest.maxTimestamp());
    out.writeInt(manifest.files().size());
    for (SegmentManifest.FileEntry file : manifest.files()) {
      writeFile(file, out);
    }
  }

  private static void writeBounds(Keys bounds, DigestOutput out) throws IOException {
    if (bounds.size() == 0) {
      out.writeByte(0);
      return;
    }
    switch (bounds) {
      case Keys.Longs longs -> {
        out.writeByte(1);
        out.writeLong(longs.get(0));
        out.writeLong(longs.get(1));
      }
      case Keys.Texts texts -> {
        out.writeByte(2);
        writeText(texts.get(0), out);
        writeText(texts.get(1), out);
      }
    }
  }

  private static void writeFile(SegmentManifest.FileEntry file, DigestOutput out)
      throws IOException {
    out.writeByte(file.kind().ordinal());
    writeText(file.name(), out);
    out.writeInt(file.fieldIds().size());
    for (long fieldId : file.fieldIds()) {
      out.writeLong(fieldId);
    }
    out.writeLong(file.digest().bytes());
    out.writeLong(file.digest().crc32c());
  }

  private static void writeText(String text, DigestOutput out) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  static SegmentManifest decode(String file, MemorySegment bytes) {
    long end = bytes.byteSize() - CHECKSUM_BYTES;
    if (end < 8
        || bytes.get(Column.INT, 0) != MAGIC
        || (int) Checksums.crc32c(bytes.asSlice(0, end)) != bytes.get(Column.INT, end)) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "segment manifest is damaged")
          .with("file", file);
    }
    if (bytes.get(Column.INT, 4) != FORMAT_VERSION) {
      throw new ElanusException(
              ErrorCode.DATA_INTEGRITY, "segment manifest has an unknown format version")
          .with("file", file)
          .with("version", bytes.get(Column.INT, 4));
    }
    try {
      return new Reader(bytes.asSlice(0, end)).manifest();
    } catch (RuntimeException e) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "segment manifest is damaged", e)
          .with("file", file);
    }
  }

  private static final class Reader {
    private final MemorySegment bytes;
    private long at = 8;

    Reader(MemorySegment bytes) {
      this.bytes = bytes;
    }

    SegmentManifest manifest() {
      return new SegmentManifest(
          readLong(),
          readLong(),
          readLong(),
          readText(),
          readInt(),
          readInt(),
          readInt(),
          readBounds(),
          readByte() == 1,
          readLong(),
          readLong(),
          readFiles());
    }

    private Keys readBounds() {
      return switch (readByte()) {
        case 0 -> Keys.of();
        case 1 -> Keys.of(readLong(), readLong());
        case 2 -> Keys.of(List.of(readText(), readText()));
        default -> throw new IllegalArgumentException("unknown kind of key bounds");
      };
    }

    private List<SegmentManifest.FileEntry> readFiles() {
      int count = readInt();
      List<SegmentManifest.FileEntry> files = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        SegmentManifest.FileKind kind = SegmentManifest.FileKind.values()[readByte()];
        String name = readText();
        List<Long> fieldIds = new ArrayList<>();
        for (int left = readInt(); left > 0; left--) {
          fieldIds.add(readLong());
        }
        FileDigest digest = new FileDigest(readLong(), readLong());
        files.add(new SegmentManifest.FileEntry(kind, name, fieldIds, digest));
      }
      return files;
    }

    private int readByte() {
      return bytes.get(ValueLayout.JAVA_BYTE, at++);
    }

    private int readInt() {
      at += 4;
      return bytes.get(Column.INT, at - 4);
    }

    private long readLong() {
      at += 8;
      return bytes.get(Column.LONG, at - 8);
    }

    private String readText() {
      int length = readInt();
      at += length;
      return new String(
          bytes.asSlice(at - length, length).toArray(ValueLayout.JAVA_BYTE),
          StandardCharsets.UTF_8);
    }
  }
}
