package io.elanus.node.streaming;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A collection's schema in a log record. Texts are int32 length and UTF-8, maps int32 count and
 * pairs of texts.
 *
 * <pre>
 * text name, text description, i32 version, i64 next field id, map properties
 * i32 dropped ids, i64 each
 * i32 fields; for each:
 *   i64 id, text name, text description, u8 type, u8 element type (0: none)
 *   u8 flags: 1 primary key, 2 auto id, 4 partition key, 8 clustering key, 16 nullable, 32 dynamic, 64 default follows
 *   map parameters, [value default]
 * value: u8 kind, then  0 u8 bool · 1 i64 · 2 i64 bits of a double · 3 text · 4 i32 count and values
 * </pre>
 */
final class SchemaCodec {
  private SchemaCodec() {}

  static void write(CollectionSchema schema, RecordWriter out) {
    out.text(schema.name()).text(schema.description());
    out.i32(schema.version()).i64(schema.nextFieldId());
    writeMap(schema.properties(), out);
    out.i32(schema.droppedFieldIds().size());
    schema.droppedFieldIds().forEach(out::i64);
    out.i32(schema.fields().size());
    schema.fields().forEach(field -> writeField(field, out));
  }

  static CollectionSchema read(RecordReader in) {
    String name = in.text();
    String description = in.text();
    int version = in.i32();
    long nextFieldId = in.i64();
    Map<String, String> properties = readMap(in);
    List<Long> dropped = new ArrayList<>();
    for (int left = in.count(8); left > 0; left--) {
      dropped.add(in.i64());
    }
    List<FieldSchema> fields = new ArrayList<>();
    for (int left = in.count(8); left > 0; left--) {
      fields.add(readField(in));
    }
    return new CollectionSchema(
        name, description, fields, properties, version, dropped, nextFieldId);
  }

  private static void writeField(FieldSchema field, RecordWriter out) {
    out.i64(field.id()).text(field.name()).text(field.description());
    out.u8(field.type().wireNumber());
    out.u8(field.elementType().map(DataType::wireNumber).orElse(0));
    out.u8(flags(field));
    writeMap(field.parameters(), out);
    field.defaultValue().ifPresent(value -> writeValue(value, out));
  }

  private static int flags(FieldSchema field) {
    return (field.primaryKey() ? 1 : 0)
        | (field.autoId() ? 2 : 0)
        | (field.partitionKey() ? 4 : 0)
        | (field.clusteringKey() ? 8 : 0)
        | (field.nullable() ? 16 : 0)
        | (field.dynamic() ? 32 : 0)
        | (field.defaultValue().isPresent() ? 64 : 0);
  }

  private static FieldSchema readField(RecordReader in) {
    long id = in.i64();
    String name = in.text();
    String description = in.text();
    DataType type = DataType.ofWireNumber(in.u8());
    int element = in.u8();
    int flags = in.u8();
    Map<String, String> parameters = readMap(in);
    Optional<Value> otherwise = (flags & 64) != 0 ? Optional.of(readValue(in)) : Optional.empty();
    return new FieldSchema(
        id,
        name,
        description,
        type,
        element == 0 ? Optional.empty() : Optional.of(DataType.ofWireNumber(element)),
        (flags & 1) != 0,
        (flags & 2) != 0,
        (flags & 4) != 0,
        (flags & 8) != 0,
        (flags & 16) != 0,
        (flags & 32) != 0,
        otherwise,
        parameters);
  }

  private static void writeMap(Map<String, String> map, RecordWriter out) {
    out.i32(map.size());
    new TreeMap<>(map).forEach((key, value) -> out.text(key).text(value));
  }

  private static Map<String, String> readMap(RecordReader in) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int left = in.count(8); left > 0; left--) {
      map.put(in.text(), in.text());
    }
    return map;
  }

  private static void writeValue(Value value, RecordWriter out) {
    switch (value) {
      case Value.Bool bool -> out.u8(0).u8(bool.value() ? 1 : 0);
      case Value.Int number -> out.u8(1).i64(number.value());
      case Value.Real real -> out.u8(2).i64(Double.doubleToRawLongBits(real.value()));
      case Value.Text text -> out.u8(3).text(text.value());
      case Value.Many many -> {
        out.u8(4).i32(many.values().size());
        many.values().forEach(each -> writeValue(each, out));
      }
    }
  }

  private static Value readValue(RecordReader in) {
    return switch (in.u8()) {
      case 0 -> new Value.Bool(in.u8() != 0);
      case 1 -> new Value.Int(in.i64());
      case 2 -> new Value.Real(Double.longBitsToDouble(in.i64()));
      case 3 -> new Value.Text(in.text());
      case 4 -> {
        List<Value> values = new ArrayList<>();
        for (int left = in.count(1); left > 0; left--) {
          values.add(readValue(in));
        }
        yield new Value.Many(values);
      }
      default -> throw RecordReader.damaged("unknown kind of value");
    };
  }
}
