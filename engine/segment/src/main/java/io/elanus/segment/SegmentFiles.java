package io.elanus.segment;

import io.elanus.files.ArrowFileReader;
import io.elanus.files.Checksums;
import io.elanus.files.FileColumn;
import io.elanus.files.MappedFiles;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.SegmentManifest.FileEntry;
import io.elanus.segment.SegmentManifest.FileKind;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Maps the column files of a segment and checks that they are what the manifest says. */
final class SegmentFiles {
  private final SegmentManifest manifest;
  private final CollectionSchema schema;
  private final Set<Long> fields;
  private final FileSource source;
  private final MappedFiles memory;
  private final Map<Long, Column> columns = new HashMap<>();
  private final Set<Long> notLoaded = new HashSet<>();

  /**
   * @param fields vector fields to map; empty: all
   */
  SegmentFiles(
      SegmentManifest manifest,
      CollectionSchema schema,
      Set<Long> fields,
      FileSource source,
      MappedFiles memory) {
    this.manifest = manifest;
    this.schema = schema;
    this.fields = fields;
    this.source = source;
    this.memory = memory;
  }

  void map() {
    manifest.files(FileKind.SCALARS).forEach(this::mapColumns);
    for (FileEntry file : manifest.files(FileKind.VECTOR)) {
      if (fields.isEmpty() || file.fieldIds().stream().anyMatch(fields::contains)) {
        mapColumns(file);
      } else {
        notLoaded.addAll(file.fieldIds());
      }
    }
  }

  Map<Long, Column> columns() {
    return columns;
  }

  Set<Long> notLoaded() {
    return notLoaded;
  }

  DeleteFile.Deletes deletes() {
    return manifest
        .file(FileKind.DELETES)
        .map(file -> DeleteFile.decode(file.name(), verified(file)))
        .orElseGet(SegmentWriter::noDeletes);
  }

  private MemorySegment verified(FileEntry file) {
    MemorySegment bytes = memory.map(source.path(file.name()));
    Checksums.verify(file.name(), bytes, file.digest());
    return bytes;
  }

  private void mapColumns(FileEntry file) {
    for (FileColumn column : ArrowFileReader.read(file.name(), verified(file))) {
      if (column.column().rows() != manifest.rows() || !fits(column)) {
        throw new ElanusException(
                ErrorCode.DATA_INTEGRITY, "column is not the one that the schema tells of")
            .with("file", file.name())
            .with("field", column.fieldId());
      }
      columns.put(column.fieldId(), column.column());
    }
  }

  /** A field that the schema no longer has may be anything; it is not read. */
  private boolean fits(FileColumn column) {
    return schema
        .field(column.fieldId())
        .map(field -> field.type() == column.column().type())
        .orElse(true);
  }
}
