package io.elanus.files;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The field nodes and buffers of one column in the order that Arrow wants them, written row by row
 * from the parts without ever holding the whole.
 */
final class GatheredColumn {
  /** A field node of a record batch. */
  record Node(long length, long nulls) {}

  /** A buffer: its size is known before it is written. */
  interface Buffer {
    long bytes();

    void write(DigestOutput out) throws IOException;
  }

  private final List<Column> parts;
  private final RowOrder order;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Buffer> buffers = new ArrayList<>();

  GatheredColumn(ColumnSource source, RowOrder order) {
    this(source.parts(), source.type(), source.dimension(), source.name(), order);
  }

  private GatheredColumn(
      List<Column> parts, DataType type, int dimension, String name, RowOrder order) {
    this.parts = parts;
    this.order = order;
    int nulls = countNulls();
    nodes.add(new Node(order.count(), nulls));
    buffers.add(nulls == 0 ? buffer(0, out -> {}) : buffer(bitBytes(), this::writeValidity));
    switch (type.layout()) {
      case BIT -> buffers.add(buffer(bitBytes(), this::writeBits));
      case FIXED -> addFixed(type, type.rowBytes(dimension), dimension);
      case VARIABLE -> addVariable(name);
      case LIST -> addList(name);
    }
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Buffer> buffers() {
    return buffers;
  }

  private interface Body {
    void write(DigestOutput out) throws IOException;
  }

  private static Buffer buffer(long bytes, Body body) {
    return new Buffer() {
      @Override
      public long bytes() {
        return bytes;
      }

      @Override
      public void write(DigestOutput out) throws IOException {
        body.write(out);
      }
    };
  }

  private int countNulls() {
    if (parts.stream().noneMatch(Column::hasNulls)) {
      return 0;
    }
    int nulls = 0;
    for (int i = 0; i < order.count(); i++) {
      if (parts.get(order.part(i)).isNull(order.row(i))) {
        nulls++;
      }
    }
    return nulls;
  }

  private long bitBytes() {
    return (order.count() + 7L) / 8;
  }

  private void writeValidity(DigestOutput out) throws IOException {
    writeBitmap(out, i -> !parts.get(order.part(i)).isNull(order.row(i)));
  }

  private void writeBits(DigestOutput out) throws IOException {
    writeBitmap(out, i -> ((Column.Bit) parts.get(order.part(i))).get(order.row(i)));
  }

  private void writeBitmap(DigestOutput out, IntPredicate bit) throws IOException {
    for (int i = 0; i < order.count(); i += 8) {
      int bits = 0;
      for (int j = i; j < Math.min(i + 8, order.count()); j++) {
        bits |= bit.test(j) ? 1 << (j - i) : 0;
      }
      out.writeByte(bits);
    }
  }

  private void addFixed(DataType type, int rowBytes, int dimension) {
    if (type == DataType.FLOAT_VECTOR) {
      nodes.add(new Node((long) order.count() * dimension, 0));
      buffers.add(buffer(0, out -> {}));
    }
    buffers.add(buffer((long) order.count() * rowBytes, out -> writeFixed(out, rowBytes)));
  }

  private void writeFixed(DigestOutput out, int rowBytes) throws IOException {
    for (int i = 0; i < order.count(); ) {
      int end = order.runEnd(i);
      Column.Fixed part = (Column.Fixed) parts.get(order.part(i));
      long bytes = (long) (end - i) * rowBytes;
      if (part.data().byteSize() == 0) {
        out.writeZeros(bytes);
      } else {
        out.write(part.data(), (long) order.row(i) * rowBytes, bytes);
      }
      i = end;
    }
  }

  private void addVariable(String name) {
    long dataBytes = 0;
    for (int i = 0; i < order.count(); i++) {
      dataBytes += variable(i).length(order.row(i));
    }
    checkOffsets(name, dataBytes);
    buffers.add(buffer(4L * (order.count() + 1), this::writeTextOffsets));
    buffers.add(buffer(dataBytes, this::writeTexts));
  }

  private Column.Variable variable(int index) {
    return (Column.Variable) parts.get(order.part(index));
  }

  private void writeTextOffsets(DigestOutput out) throws IOException {
    int offset = 0;
    out.writeInt(0);
    for (int i = 0; i < order.count(); i++) {
      offset += variable(i).length(order.row(i));
      out.writeInt(offset);
    }
  }

  private void writeTexts(DigestOutput out) throws IOException {
    for (int i = 0; i < order.count(); i++) {
      Column.Variable part = variable(i);
      out.write(part.data(), part.start(order.row(i)), part.length(order.row(i)));
    }
  }

  private void addList(String name) {
    long elements = 0;
    for (int i = 0; i < order.count(); i++) {
      elements += array(i).length(order.row(i));
    }
    checkOffsets(name, elements);
    buffers.add(buffer(4L * (order.count() + 1), this::writeListOffsets));
    GatheredColumn child = child((int) elements, name);
    nodes.addAll(child.nodes);
    buffers.addAll(child.buffers);
  }

  private Column.Array array(int index) {
    return (Column.Array) parts.get(order.part(index));
  }

  private void writeListOffsets(DigestOutput out) throws IOException {
    int offset = 0;
    out.writeInt(0);
    for (int i = 0; i < order.count(); i++) {
      offset += array(i).length(order.row(i));
      out.writeInt(offset);
    }
  }

  private GatheredColumn child(int elements, String name) {
    List<Column> elementParts =
        parts.stream().map(part -> ((Column.Array) part).elements()).toList();
    long[] entries = new long[elements];
    int at = 0;
    for (int i = 0; i < order.count(); i++) {
      Column.Array part = array(i);
      int row = order.row(i);
      for (int element = part.start(row); element < part.start(row + 1); element++) {
        entries[at++] = RowOrder.entry(order.part(i), element);
      }
    }
    DataType type = elementParts.isEmpty() ? DataType.INT8 : elementParts.getFirst().type();
    return new GatheredColumn(elementParts, type, 0, name, RowOrder.of(entries));
  }

  private static void checkOffsets(String name, long end) {
    if (end > Integer.MAX_VALUE) {
      throw new ElanusException(
              ErrorCode.CAPACITY_EXCEEDED, "a column of a segment is limited to 2 GiB of values")
          .with("field", name)
          .with("bytes", end);
    }
  }
}
