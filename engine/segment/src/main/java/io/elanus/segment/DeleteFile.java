package io.elanus.segment;

import io.elanus.files.Checksums;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import io.elanus.schema.RowBatchCodec;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Deletes as a file: pairs of key and timestamp, of a shard or of one segment.
 *
 * <pre>
 *   0   4   magic "ELDF"
 *   4   2   format version 1
 *   6   2   zero
 *   8   4   bytes of the batch
 *   12  4   CRC32C of the batch
 *   16      a row batch ({@link RowBatchCodec}): column 0 the keys (Int64 or VarChar), column 1 the
 *           timestamps (Int64)
 * </pre>
 *
 * Little-endian.
 */
public final class DeleteFile {
  private static final int MAGIC = 0x46444C45;
  private static final short VERSION = 1;
  private static final int HEADER_BYTES = 16;
  private static final long KEYS = 0;
  private static final long TIMESTAMPS = 1;

  /** Deletes: the rows of key i written before timestamp i are hidden from reads at or after it. */
  public record Deletes(Keys keys, long[] timestamps) {
    public Deletes {
      if (keys.size() != timestamps.length) {
        throw new IllegalArgumentException("as many timestamps as keys");
      }
    }

    public int size() {
      return timestamps.length;
    }
  }

  private DeleteFile() {}

  public static byte[] encode(Deletes deletes) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    columns.put(KEYS, keyColumn(deletes.keys()));
    columns.put(
        TIMESTAMPS,
        new Column.Fixed(
            DataType.INT64, 0, deletes.size(), null, MemorySegment.ofArray(deletes.timestamps())));
    byte[] batch = RowBatchCodec.encode(new RowBatch(deletes.size(), columns)).array();
    byte[] file = new byte[HEADER_BYTES + batch.length];
    MemorySegment target = MemorySegment.ofArray(file);
    MemorySegment.copy(MemorySegment.ofArray(batch), 0, target, HEADER_BYTES, batch.length);
    target.set(Column.INT, 0, MAGIC);
    target.set(Column.SHORT, 4, VERSION);
    target.set(Column.INT, 8, batch.length);
    target.set(Column.INT, 12, (int) Checksums.crc32c(MemorySegment.ofArray(batch)));
    return file;
  }

  /**
   * Copies the deletes of a file to the heap.
   *
   * @throws ElanusException DATA_INTEGRITY naming the file
   */
  public static Deletes decode(String file, MemorySegment bytes) {
    if (bytes.byteSize() < HEADER_BYTES
        || bytes.get(Column.INT, 0) != MAGIC
        || bytes.get(Column.SHORT, 4) != VERSION
        || bytes.byteSize() != HEADER_BYTES + (long) bytes.get(Column.INT, 8)
        || (int) Checksums.crc32c(bytes.asSlice(HEADER_BYTES)) != bytes.get(Column.INT, 12)) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "delete file is damaged")
          .with("file", file);
    }
    RowBatch batch = RowBatchCodec.decode(bytes.asSlice(HEADER_BYTES));
    Column.Fixed times = (Column.Fixed) batch.get(TIMESTAMPS);
    long[] timestamps = new long[batch.rows()];
    for (int i = 0; i < timestamps.length; i++) {
      timestamps[i] = times.asLong(i);
    }
    return new Deletes(batch.keys(KEYS), timestamps);
  }

  private static Column keyColumn(Keys keys) {
    return switch (keys) {
      case Keys.Longs longs ->
          new Column.Fixed(
              DataType.INT64, 0, longs.size(), null, MemorySegment.ofArray(longs.keys()));
      case Keys.Texts texts -> {
        ColumnBuilder builder = new ColumnBuilder(DataType.VARCHAR, 0, Optional.empty());
        texts.keys().forEach(builder::add);
        yield builder.build();
      }
    };
  }
}
