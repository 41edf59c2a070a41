package io.elanus.files;

import com.google.flatbuffers.FlatBufferBuilder;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Writes columns as an Arrow IPC file (Arrow columnar format 1.5, metadata version 5) with one
 * record batch, uncompressed, every buffer on a multiple of 64 bytes from the start of the file:
 *
 * <pre>
 *   0       6   "ARROW1"
 *   6       2   zero
 *   8           schema message
 *   64 · a      record batch message, then its body
 *               end of stream: FF FF FF FF 00 00 00 00
 *               footer (flatbuffer): schema again, place of the record batch
 *   end-10  4   footer bytes (int32)
 *   end-6   6   "ARROW1"
 *
 *   a message:
 *   0       4   FF FF FF FF
 *   4       4   bytes of metadata m (int32); 8 + m is padded so that what follows is on 64
 *   8       m   flatbuffer Message
 *   8 + m       body: the buffers, each padded to 64 bytes
 * </pre>
 */
public final class ArrowFileWriter {
  static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  static final int CONTINUATION = -1;
  static final int ALIGNMENT_BYTES = 64;
  private static final int PREFIX_BYTES = 8;

  private final DigestOutput out;
  private final List<ColumnSource> columns;
  private final int rows;
  private final List<GatheredColumn> gathered;

  private ArrowFileWriter(DigestOutput out, List<ColumnSource> columns, RowOrder order) {
    this.out = out;
    this.columns = columns;
    this.rows = order.count();
    this.gathered = columns.stream().map(column -> new GatheredColumn(column, order)).toList();
  }

  /**
   * Writes one file; {@code stream} is flushed and left open.
   *
   * @param order rows to write, the same for all columns
   * @throws ElanusException IO_FAILED when the stream fails, CAPACITY_EXCEEDED when a column of
   *     texts or arrays is too large for 32-bit offsets
   */
  public static FileDigest write(OutputStream stream, List<ColumnSource> columns, RowOrder order) {
    try {
      return new ArrowFileWriter(new DigestOutput(stream), columns, order).write();
    } catch (IOException e) {
      throw new ElanusException(ErrorCode.IO_FAILED, "cannot write file", e);
    }
  }

  private FileDigest write() throws IOException {
    out.write(MAGIC);
    out.align(PREFIX_BYTES);
    writeMessage(schemaMessage());
    long batchAt = out.position();
    byte[] batch = batchMessage();
    int metadataBytes = writeMessage(batch);
    writeBody();
    out.writeInt(CONTINUATION);
    out.writeInt(0);
    byte[] footer = footer(batchAt, metadataBytes);
    out.write(footer);
    out.writeInt(footer.length);
    out.write(MAGIC);
    return out.finish();
  }

  /** Returns the bytes of prefix, metadata and padding. */
  private int writeMessage(byte[] metadata) throws IOException {
    long start = out.position();
    long end = aligned(start + PREFIX_BYTES + metadata.length);
    int bytes = (int) (end - start);
    out.writeInt(CONTINUATION);
    out.writeInt(bytes - PREFIX_BYTES);
    out.write(metadata);
    out.align(ALIGNMENT_BYTES);
    return bytes;
  }

  private void writeBody() throws IOException {
    for (GatheredColumn column : gathered) {
      for (GatheredColumn.Buffer buffer : column.buffers()) {
        buffer.write(out);
        out.align(ALIGNMENT_BYTES);
      }
    }
  }

  private byte[] schemaMessage() {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    int schema = ArrowFields.schema(builder, columns);
    return message(builder, MessageHeader.Schema, schema, 0);
  }

  private byte[] batchMessage() {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    int nodes = nodes(builder);
    int buffers = buffers(builder);
    int batch = RecordBatch.createRecordBatch(builder, rows, nodes, buffers, 0, 0);
    return message(builder, MessageHeader.RecordBatch, batch, bodyBytes());
  }

  private static byte[] message(
      FlatBufferBuilder builder, byte headerType, int header, long bodyBytes) {
    int message =
        Message.createMessage(builder, MetadataVersion.V5, headerType, header, bodyBytes, 0);
    builder.finish(message);
    return builder.sizedByteArray();
  }

  // Vectors of structs are written from last to first, as flatbuffers grow downwards.
  private int nodes(FlatBufferBuilder builder) {
    List<GatheredColumn.Node> nodes =
        gathered.stream().flatMap(column -> column.nodes().stream()).toList();
    RecordBatch.startNodesVector(builder, nodes.size());
    for (GatheredColumn.Node node : nodes.reversed()) {
      FieldNode.createFieldNode(builder, node.length(), node.nulls());
    }
    return builder.endVector();
  }

  private int buffers(FlatBufferBuilder builder) {
    List<GatheredColumn.Buffer> buffers = allBuffers();
    long at = bodyBytes();
    RecordBatch.startBuffersVector(builder, buffers.size());
    for (GatheredColumn.Buffer buffer : buffers.reversed()) {
      at -= aligned(buffer.bytes());
      Buffer.createBuffer(builder, at, buffer.bytes());
    }
    return builder.endVector();
  }

  private List<GatheredColumn.Buffer> allBuffers() {
    return gathered.stream().flatMap(column -> column.buffers().stream()).toList();
  }

  private long bodyBytes() {
    return allBuffers().stream().mapToLong(buffer -> aligned(buffer.bytes())).sum();
  }

  private byte[] footer(long batchAt, int metadataBytes) {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    int schema = ArrowFields.schema(builder, columns);
    Footer.startRecordBatchesVector(builder, 1);
    Block.createBlock(builder, batchAt, metadataBytes, bodyBytes());
    int batches = builder.endVector();
    Footer.startDictionariesVector(builder, 0);
    int dictionaries = builder.endVector();
    builder.finish(
        Footer.createFooter(builder, MetadataVersion.V5, schema, dictionaries, batches, 0));
    return builder.sizedByteArray();
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
  }
}
