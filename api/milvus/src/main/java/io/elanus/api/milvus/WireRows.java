package io.elanus.api.milvus;

import io.elanus.api.milvus.WireReader.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An InsertRequest or UpsertRequest as it lies on the wire. Both have the same fields up to 8; 9 is
 * the partial flag of an upsert.
 *
 * @param rows num_rows as sent, unsigned
 * @param operations of a partial update: field name to operation number
 */
record WireRows(
    String database,
    String collection,
    String partition,
    List<WireField> fields,
    long rows,
    long schemaTimestamp,
    boolean partial,
    Map<String, Integer> operations) {

  static WireRows ofInsert(RawRequest request) {
    return read(request, false);
  }

  static WireRows ofUpsert(RawRequest request) {
    return read(request, true);
  }

  private static WireRows read(RawRequest request, boolean upsert) {
    String database = "";
    String collection = "";
    String partition = "";
    List<WireField> fields = new ArrayList<>();
    long rows = 0;
    long schemaTimestamp = 0;
    boolean partial = false;
    Map<String, Integer> operations = new HashMap<>();
    WireReader reader = new WireReader(request.bytes(), 0, request.bytes().length);
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> database = reader.text();
        case 3 -> collection = reader.text();
        case 4 -> partition = reader.text();
        case 5 -> fields.add(WireField.read(reader.slice()));
        case 7 -> rows = reader.varint() & 0xffffffffL;
        case 8 -> schemaTimestamp = reader.varint();
        case 9 -> {
          if (upsert) {
            partial = reader.varint() != 0;
          } else {
            reader.skip();
          }
        }
        case 11 -> operation(reader.slice(), operations);
        default -> reader.skip();
      }
    }
    return new WireRows(
        database, collection, partition, fields, rows, schemaTimestamp, partial, operations);
  }

  private static void operation(Slice message, Map<String, Integer> operations) {
    WireReader reader = message.reader();
    String field = "";
    int operation = 0;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> field = reader.text();
        case 2 -> operation = (int) reader.varint();
        default -> reader.skip();
      }
    }
    operations.put(field, operation);
  }
}
