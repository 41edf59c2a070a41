package io.elanus.segment;

import io.elanus.files.ArrowFileWriter;
import io.elanus.files.Checksums;
import io.elanus.files.ColumnSource;
import io.elanus.files.FileDigest;
import io.elanus.files.RowOrder;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import io.elanus.segment.SegmentManifest.FileEntry;
import io.elanus.segment.SegmentManifest.FileKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the files of a segment: rows sorted by (key, timestamp), scalars in {@code scalars.arrow},
 * each vector column in {@code vector-ID.arrow}, a bloom filter over the keys in {@code
 * keys.bloom}, and deletes that pinned reads still need in {@code deletes}. The manifest it returns
 * is for the caller to store.
 */
public final class SegmentWriter {
  private final SegmentIdentity identity;
  private final CollectionSchema schema;
  private final List<RowBatch> parts;
  private final SortedRows rows;
  private final FileSink sink;
  private final List<FileEntry> files = new ArrayList<>();

  private SegmentWriter(
      SegmentIdentity identity,
      CollectionSchema schema,
      List<RowBatch> parts,
      RowOrder candidates,
      FileSink sink) {
    this.identity = identity;
    this.schema = schema;
    this.parts = parts;
    this.rows = new SortedRows(parts, candidates, schema.primaryKey());
    this.sink = sink;
  }

  /**
   * Writes all rows of the parts.
   *
   * @param parts with a column for each field of the schema and for both hidden fields; borrowed
   * @param deletes of these rows that a reader of the files must know
   * @throws ElanusException IO_FAILED when the sink fails
   */
  public static SegmentManifest write(
      SegmentIdentity identity,
      CollectionSchema schema,
      List<RowBatch> parts,
      DeleteFile.Deletes deletes,
      FileSink sink) {
    RowOrder all = RowOrder.sequential(parts.stream().map(RowBatch::rows).toList());
    return write(identity, schema, parts, all, deletes, sink);
  }

  /** Writes the rows named by {@code candidates} alone. */
  static SegmentManifest write(
      SegmentIdentity identity,
      CollectionSchema schema,
      List<RowBatch> parts,
      RowOrder candidates,
      DeleteFile.Deletes deletes,
      FileSink sink) {
    return new SegmentWriter(identity, schema, parts, candidates, sink).write(deletes);
  }

  private SegmentManifest write(DeleteFile.Deletes deletes) {
    if (rows.count() > 0) {
      writeScalars();
      schema.vectorFields().forEach(this::writeVectors);
      writeBytes(FileKind.BLOOM, "keys.bloom", List.of(schema.primaryKey().id()), rows.bloom());
      if (deletes.size() > 0) {
        writeBytes(FileKind.DELETES, "deletes", List.of(), DeleteFile.encode(deletes));
      }
    }
    return new SegmentManifest(
        identity.segmentId(),
        identity.collectionId(),
        identity.partitionId(),
        identity.channel(),
        1,
        schema.version(),
        rows.count(),
        rows.bounds(),
        rows.hasDuplicates(),
        rows.minTimestamp(),
        rows.maxTimestamp(),
        files);
  }

  private void writeScalars() {
    List<ColumnSource> columns = new ArrayList<>();
    columns.add(hidden(CollectionSchema.ROW_ID_FIELD, "$row_id"));
    columns.add(hidden(CollectionSchema.TIMESTAMP_FIELD, "$timestamp"));
    for (FieldSchema field : schema.fields()) {
      if (!field.type().isVector()) {
        columns.add(ColumnSource.of(field, columns(field.id())));
      }
    }
    writeArrow(FileKind.SCALARS, "scalars.arrow", columns);
  }

  private void writeVectors(FieldSchema field) {
    String name = "vector-" + field.id() + ".arrow";
    writeArrow(FileKind.VECTOR, name, List.of(ColumnSource.of(field, columns(field.id()))));
  }

  private ColumnSource hidden(long fieldId, String name) {
    return ColumnSource.int64(fieldId, name, columns(fieldId));
  }

  private List<Column> columns(long fieldId) {
    return parts.stream().map(part -> part.get(fieldId)).toList();
  }

  private void writeArrow(FileKind kind, String name, List<ColumnSource> columns) {
    List<Long> fieldIds = columns.stream().map(ColumnSource::fieldId).toList();
    try (FileSink.OutputFile file = sink.create(name)) {
      FileDigest digest = ArrowFileWriter.write(file.stream(), columns, rows.order());
      file.commit();
      files.add(new FileEntry(kind, name, fieldIds, digest));
    } catch (IOException e) {
      throw failed(name, e);
    }
  }

  private void writeBytes(FileKind kind, String name, List<Long> fieldIds, byte[] bytes) {
    try (FileSink.OutputFile file = sink.create(name)) {
      file.stream().write(bytes);
      file.commit();
      long crc = Checksums.crc32c(MemorySegment.ofArray(bytes));
      files.add(new FileEntry(kind, name, fieldIds, new FileDigest(bytes.length, crc)));
    } catch (IOException e) {
      throw failed(name, e);
    }
  }

  private static ElanusException failed(String name, IOException cause) {
    return new ElanusException(ErrorCode.IO_FAILED, "cannot write segment file", cause)
        .with("file", name);
  }

  /** No deletes, for segments whose rows are all there. */
  static DeleteFile.Deletes noDeletes() {
    return new DeleteFile.Deletes(Keys.of(), new long[0]);
  }
}
