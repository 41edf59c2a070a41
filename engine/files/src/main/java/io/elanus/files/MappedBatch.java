package io.elanus.files;

import static io.elanus.files.ArrowFileReader.check;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/** Takes a record batch apart, one column after the other, and checks what it takes. */
final class MappedBatch {
  private final RecordBatch batch;
  private final MemorySegment body;
  private final int rows;
  private int node;
  private int buffer;

  MappedBatch(RecordBatch batch, MemorySegment body) {
    check(batch.length() >= 0 && batch.length() < Integer.MAX_VALUE, "row count out of range");
    this.batch = batch;
    this.body = body;
    this.rows = (int) batch.length();
  }

  /** The next column in the order of the schema. */
  Column next(ArrowFields.Description field) {
    return column(field, rows);
  }

  private Column column(ArrowFields.Description field, int count) {
    FieldNode fieldNode = nextNode(count);
    @Nullable MemorySegment validity = nextValidity(fieldNode, count);
    DataType type = field.type();
    return switch (type.layout()) {
      case BIT -> new Column.Bit(count, validity, nextBuffer((count + 7L) / 8));
      case FIXED -> fixed(field, count, validity);
      case VARIABLE -> {
        MemorySegment offsets = nextBuffer(4L * (count + 1L));
        MemorySegment data = nextBuffer(0);
        checkRising(offsets, count, data.byteSize());
        yield new Column.Variable(type, count, validity, offsets, data);
      }
      case LIST -> {
        MemorySegment offsets = nextBuffer(4L * (count + 1L));
        yield new Column.Array(count, validity, offsets, elements(field, offsets, count));
      }
    };
  }

  private Column fixed(ArrowFields.Description field, int count, @Nullable MemorySegment validity) {
    int dimension = field.dimension();
    check(dimension >= 0 && dimension <= 1 << 24, "dimension out of range");
    if (field.type() == DataType.FLOAT_VECTOR) {
      nextNode((long) count * dimension);
      nextBuffer(0);
    }
    MemorySegment data = nextBuffer((long) count * field.type().rowBytes(dimension));
    return new Column.Fixed(field.type(), dimension, count, validity, data);
  }

  private Column elements(ArrowFields.Description field, MemorySegment offsets, int count) {
    DataType elementType = field.elementType().orElseThrow();
    check(elementType.layout() != DataType.Layout.LIST, "arrays do not nest");
    int elements = offsets.get(Column.INT, 4L * count);
    checkRising(offsets, count, elements);
    return column(
        new ArrowFields.Description(
            field.fieldId(), field.name(), elementType, 0, Optional.empty()),
        elements);
  }

  private FieldNode nextNode(long count) {
    check(node < batch.nodesLength(), "field node missing");
    FieldNode next = batch.nodes(node++);
    check(next.length() == count, "field node has another row count");
    return next;
  }

  private @Nullable MemorySegment nextValidity(FieldNode fieldNode, int count) {
    MemorySegment bits = nextBuffer(0);
    if (fieldNode.nullCount() == 0) {
      return null;
    }
    check(bits.byteSize() >= (count + 7L) / 8, "validity too short");
    return bits;
  }

  private MemorySegment nextBuffer(long atLeastBytes) {
    check(buffer < batch.buffersLength(), "buffer missing");
    Buffer next = batch.buffers(buffer++);
    check(
        next.offset() >= 0
            && next.length() >= 0
            && next.offset() <= body.byteSize()
            && next.length() <= body.byteSize() - next.offset(),
        "buffer beyond the end");
    check(next.length() >= atLeastBytes, "buffer too short");
    return body.asSlice(next.offset(), next.length());
  }

  private static void checkRising(MemorySegment offsets, int count, long limit) {
    int previous = 0;
    for (int row = 0; row <= count; row++) {
      int offset = offsets.get(Column.INT, 4L * row);
      check(offset >= previous, "offsets do not rise");
      previous = offset;
    }
    check(previous <= limit, "offsets beyond the end");
  }
}
