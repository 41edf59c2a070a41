package io.elanus.index.scalar;

import io.elanus.expression.ColumnIndex;
import io.elanus.index.IndexOrigin;
import io.elanus.index.scalar.ScalarIndexSpec.Kind;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Builds and opens scalar index files. */
public final class ScalarIndexes {
  private ScalarIndexes() {}

  /** An index without parameters; see {@link #build(String, FieldSchema, Map, Column, Path)}. */
  public static void build(String typeName, FieldSchema field, Column column, Path target) {
    build(typeName, field, Map.of(), column, target);
  }

  /**
   * Builds the index of one column and writes it, complete and forced, to {@code target}.
   *
   * @param typeName {@code index_type} as given
   * @param parameters as {@link ScalarIndexParameters#validate} takes them
   * @throws ElanusException 1100 when the field cannot have such an index; IO_FAILED
   */
  public static void build(
      String typeName,
      FieldSchema field,
      Map<String, String> parameters,
      Column column,
      Path target) {
    write(target, build(ScalarIndexParameters.validate(field, typeName, parameters), column));
  }

  /** The bytes of an index file. */
  public static byte[] build(ScalarIndexSpec spec, Column column) {
    IndexedValues values = IndexedValues.of(column, spec);
    boolean cheap = column.type().isNumeric() || column.type() == DataType.BOOL;
    int flags =
        (spec.cast().isPresent() ? ScalarIndexFormat.JSON_PATH : 0)
            | (values.inexact() ? ScalarIndexFormat.INEXACT : 0)
            | (cheap ? ScalarIndexFormat.CHEAP_SCAN : 0);
    return new PostingsBuilder(values, spec.kind() == Kind.BITMAP, flags).build();
  }

  /**
   * Opens a mapped file; its checksum is verified.
   *
   * @param file borrowed as long as the index is used
   * @throws ElanusException DATA_INTEGRITY when the file is damaged
   */
  public static ColumnIndex open(MemorySegment file) {
    try {
      return new PostingsIndex(file);
    } catch (IndexOutOfBoundsException e) {
      throw ScalarIndexFormat.damaged(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The same of the index of a column: a file of another build is refused as a damaged one.
   *
   * @param count rows of the column
   */
  public static ColumnIndex open(MemorySegment file, IndexOrigin origin, int count) {
    ColumnIndex index = open(file);
    if (index.count() != count) {
      throw ScalarIndexFormat.damaged("it covers " + index.count() + " rows, not " + count);
    }
    if (!origin.fits(ScalarIndexFormat.checksumOf(file))) {
      throw ScalarIndexFormat.damaged("it is of another build");
    }
    return index;
  }

  private static void write(Path target, byte[] bytes) {
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    boolean complete = false;
    try {
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      complete = true;
    } catch (IOException e) {
      throw new ElanusException(ErrorCode.IO_FAILED, "cannot write scalar index file", e)
          .with("file", target);
    } finally {
      if (!complete) {
        deleteQuietly(unfinished);
      }
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // the first failure is the one to report
    }
  }
}
