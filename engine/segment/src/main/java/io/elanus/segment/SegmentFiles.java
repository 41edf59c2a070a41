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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Maps the column files of a segment and checks that they are what the manifest says. Files that
 * are elsewhere are held when they have scalars, and parts that come and go when they have vectors.
 */
final class SegmentFiles {
  private final SegmentManifest manifest;
  private final CollectionSchema schema;
  private final Set<Long> fields;
  private final FileSource source;
  private final List<PartStore.Held> held = new ArrayList<>();
  private final MappedFiles memory = new MappedFiles(() -> held.forEach(PartStore.Held::close));
  private final List<Part<?>> parts = new ArrayList<>();
  private final Map<Long, Column> scalars = new HashMap<>();
  private final Map<Long, Mapping<VectorColumn>> vectors = new HashMap<>();
  private final Set<Long> notLoaded = new HashSet<>();

  /**
   * @param fields vector fields to map; empty: all
   */
  SegmentFiles(
      SegmentManifest manifest, CollectionSchema schema, Set<Long> fields, FileSource source) {
    this.manifest = manifest;
    this.schema = schema;
    this.fields = fields;
    this.source = source;
  }

  void map() {
    manifest.files(FileKind.SCALARS).forEach(this::mapScalars);
    for (FileEntry file : manifest.files(FileKind.VECTOR)) {
      if (fields.isEmpty() || file.fieldIds().stream().anyMatch(fields::contains)) {
        Mapping<VectorColumn> vector = vector(file);
        file.fieldIds().forEach(id -> vectors.put(id, vector));
      } else {
        notLoaded.addAll(file.fieldIds());
      }
    }
  }

  /** Of all files that do not come and go; the caller is its maker. */
  MappedFiles memory() {
    return memory;
  }

  Map<Long, Column> scalars() {
    return scalars;
  }

  Map<Long, Mapping<VectorColumn>> vectors() {
    return vectors;
  }

  Set<Long> notLoaded() {
    return notLoaded;
  }

  DeleteFile.Deletes deletes() {
    return manifest.file(FileKind.DELETES).map(this::deletes).orElseGet(SegmentWriter::noDeletes);
  }

  private DeleteFile.Deletes deletes(FileEntry file) {
    try (MappedFiles passing = new MappedFiles()) {
      MemorySegment bytes = verified(file, passing.map(source.path(file.name())));
      return DeleteFile.decode(file.name(), bytes);
    }
  }

  /** No read begins any more; what the segment's own memory is made of stays until those ended. */
  void closeParts() {
    parts.forEach(Part::close);
  }

  private void mapScalars(FileEntry file) {
    MemorySegment bytes =
        switch (place(file)) {
          case FilePlace.Here(var path) -> memory.map(path);
          case FilePlace.Elsewhere(var object, long size, PartStore store) -> {
            PartStore.Held copy = store.hold(object, size);
            held.add(copy);
            yield memory.map(copy.path());
          }
        };
    for (FileColumn column : columns(file, bytes)) {
      scalars.put(column.fieldId(), column.column());
    }
  }

  private Mapping<VectorColumn> vector(FileEntry file) {
    return switch (place(file)) {
      case FilePlace.Here(var path) -> new Mapping.Lasting<>(vector(file, memory.map(path)));
      case FilePlace.Elsewhere place -> {
        Part<VectorColumn> part =
            new Part<>(place, (path, into) -> vector(file, into.map(path)), (lost, why) -> false);
        parts.add(part);
        place.store().offer(part);
        yield part;
      }
    };
  }

  private FilePlace place(FileEntry file) {
    return source.place(file.name(), file.digest().bytes());
  }

  private VectorColumn vector(FileEntry file, MemorySegment bytes) {
    List<FileColumn> columns = columns(file, bytes);
    if (columns.size() != 1 || !file.fieldIds().equals(List.of(columns.getFirst().fieldId()))) {
      throw notTheOne(file, columns.isEmpty() ? -1 : columns.getFirst().fieldId());
    }
    return VectorColumn.of(columns.getFirst().column());
  }

  private List<FileColumn> columns(FileEntry file, MemorySegment bytes) {
    List<FileColumn> columns = ArrowFileReader.read(file.name(), verified(file, bytes));
    for (FileColumn column : columns) {
      if (column.column().rows() != manifest.rows() || !fits(column)) {
        throw notTheOne(file, column.fieldId());
      }
    }
    return columns;
  }

  private static MemorySegment verified(FileEntry file, MemorySegment bytes) {
    Checksums.verify(file.name(), bytes, file.digest());
    return bytes;
  }

  private static ElanusException notTheOne(FileEntry file, long fieldId) {
    return new ElanusException(
            ErrorCode.DATA_INTEGRITY, "column is not the one that the schema tells of")
        .with("file", file.name())
        .with("field", fieldId);
  }

  /** A field that the schema no longer has may be anything; it is not read. */
  private boolean fits(FileColumn column) {
    return schema
        .field(column.fieldId())
        .map(field -> field.type() == column.column().type())
        .orElse(true);
  }
}
