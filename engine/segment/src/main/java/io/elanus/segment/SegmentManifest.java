package io.elanus.segment;

import io.elanus.files.FileDigest;
import io.elanus.schema.Keys;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * What a flushed segment consists of. Immutable; a change is a new manifest with a higher version.
 *
 * @param version of the manifest, from 1
 * @param schemaVersion the rows were written with
 * @param keyBounds smallest and greatest key; empty without rows
 * @param duplicateKeys whether some key occurs in more than one row
 * @param minTimestamp of the rows, and {@code maxTimestamp}; 0 without rows
 */
public record SegmentManifest(
    long segmentId,
    long collectionId,
    long partitionId,
    String channel,
    int version,
    int schemaVersion,
    int rows,
    Keys keyBounds,
    boolean duplicateKeys,
    long minTimestamp,
    long maxTimestamp,
    List<FileEntry> files) {
  public SegmentManifest {
    files = List.copyOf(files);
  }

  /** What a file holds. Numbers are part of the format. */
  public enum FileKind {
    /** All columns but vectors, the hidden ones too (Arrow). */
    SCALARS,
    /** One vector column (Arrow). */
    VECTOR,
    /** Filter over the keys. */
    BLOOM,
    /** Deletes of rows of the segment that a retained timestamp may still see. */
    DELETES,
    /** Index over one field. */
    INDEX
  }

  /**
   * A file of the segment.
   *
   * @param fieldIds that the file holds or indexes
   */
  public record FileEntry(FileKind kind, String name, List<Long> fieldIds, FileDigest digest) {
    public FileEntry {
      fieldIds = List.copyOf(fieldIds);
    }
  }

  /** The only file of a kind. */
  public Optional<FileEntry> file(FileKind kind) {
    return files.stream().filter(file -> file.kind() == kind).findFirst();
  }

  public List<FileEntry> files(FileKind kind) {
    return files.stream().filter(file -> file.kind() == kind).toList();
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(file -> file.digest().bytes()).sum();
  }

  public byte[] encode() {
    return ManifestCodec.encode(this);
  }

  /**
   * Reads a manifest.
   *
   * @param file its name, for messages
   * @throws io.elanus.schema.ElanusException DATA_INTEGRITY naming the file
   */
  public static SegmentManifest decode(String file, byte[] bytes) {
    return ManifestCodec.decode(file, MemorySegment.ofArray(bytes));
  }
}
