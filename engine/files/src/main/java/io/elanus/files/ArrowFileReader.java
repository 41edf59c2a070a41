package io.elanus.files;

import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

/**
 * Reads files of {@link ArrowFileWriter}: columns over the bytes where they lie. Every length and
 * offset is checked once, here, so that a column that was handed out can be read without care.
 */
public final class ArrowFileReader {
  private static final int TRAILER_BYTES = 10;
  private static final int HEADER_BYTES = 8;

  private final MemorySegment file;

  private ArrowFileReader(MemorySegment file) {
    this.file = file;
  }

  /**
   * The columns of a file.
   *
   * @param name of the file, for messages
   * @param file all its bytes; the columns borrow them
   * @throws ElanusException DATA_INTEGRITY for bytes that are no such file
   */
  public static List<FileColumn> read(String name, MemorySegment file) {
    try {
      return new ArrowFileReader(file).read();
    } catch (RuntimeException e) {
      // flatbuffers reports damage as whatever its arithmetic runs into.
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "file is damaged", e)
          .with("file", name)
          .with("reason", String.valueOf(e.getMessage()));
    }
  }

  private List<FileColumn> read() {
    long end = file.byteSize();
    check(end >= HEADER_BYTES + TRAILER_BYTES, "too short");
    check(isMagic(0) && isMagic(end - ArrowFileWriter.MAGIC.length), "no Arrow file");
    long footerBytes = file.get(Column.INT, end - TRAILER_BYTES);
    Footer footer =
        Footer.getRootAsFooter(metadata(end - TRAILER_BYTES - footerBytes, footerBytes));
    check(footer.recordBatchesLength() == 1, "not one record batch");
    return columns(footer.schema(), footer.recordBatches(0));
  }

  private List<FileColumn> columns(Schema schema, Block block) {
    check(block.metaDataLength() > HEADER_BYTES, "no batch metadata");
    Message message =
        Message.getRootAsMessage(
            metadata(block.offset() + HEADER_BYTES, block.metaDataLength() - HEADER_BYTES));
    check(message.headerType() == MessageHeader.RecordBatch, "no record batch");
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    check(batch != null && batch.compression() == null, "compressed or missing batch");
    MemorySegment body = file.asSlice(block.offset() + block.metaDataLength(), block.bodyLength());
    MappedBatch mapped = new MappedBatch(batch, body);
    List<FileColumn> columns = new ArrayList<>();
    for (int i = 0; i < schema.fieldsLength(); i++) {
      ArrowFields.Description field = ArrowFields.describe(schema.fields(i));
      columns.add(new FileColumn(field.fieldId(), field.name(), mapped.next(field)));
    }
    return columns;
  }

  private boolean isMagic(long at) {
    byte[] magic = ArrowFileWriter.MAGIC;
    return Arrays.equals(file.asSlice(at, magic.length).toArray(ValueLayout.JAVA_BYTE), magic);
  }

  private ByteBuffer metadata(long at, long bytes) {
    check(bytes > 0 && at >= 0 && bytes <= file.byteSize() - at, "metadata beyond the end");
    return ByteBuffer.wrap(file.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  static void check(boolean good, String damage) {
    if (!good) {
      throw new IllegalArgumentException(damage);
    }
  }
}
