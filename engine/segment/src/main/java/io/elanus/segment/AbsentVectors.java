package io.elanus.segment;

import io.elanus.files.MappedFiles;
import io.elanus.index.DenseRows;
import io.elanus.index.VectorRows;
import io.elanus.schema.Bits;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The vectors of fields that a segment was written without: no row is present. Every chunk of dense
 * ones is the same few zeros, which live as long as the segment's files.
 */
final class AbsentVectors {
  /** A multiple of 64, as in all chunks. */
  private static final int ROWS_PER_CHUNK = 64;

  private static final int ALIGNMENT_BYTES = 64;

  private final int rows;
  private final MappedFiles memory;
  private final Map<Long, DenseRows> dense = new ConcurrentHashMap<>();

  AbsentVectors(int rows, MappedFiles memory) {
    this.rows = rows;
    this.memory = memory;
  }

  VectorRows rows(FieldSchema field) {
    return field.type().isDenseVector()
        ? dense.computeIfAbsent(field.id(), id -> zeros(field))
        : VectorColumns.rows(ConstantColumns.of(field, rows));
  }

  private DenseRows zeros(FieldSchema field) {
    long rowBytes = field.type().rowBytes(field.dimension());
    MemorySegment chunk = memory.allocate(ROWS_PER_CHUNK * rowBytes, ALIGNMENT_BYTES);
    int chunks = Math.ceilDiv(rows, ROWS_PER_CHUNK);
    return new DenseRows(
        field.type(),
        field.dimension(),
        rows,
        ROWS_PER_CHUNK,
        Collections.nCopies(chunks, chunk),
        Bits.none(rows));
  }
}
