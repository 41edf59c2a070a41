package io.elanus.node.streaming;

import io.elanus.roles.StreamingNode.Rows;
import io.elanus.roles.StreamingNode.Write;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;

/**
 * Whether rows can be what the schema says. The proxy has checked values; this is for what would
 * make the log unreadable once it is durable.
 */
final class RowCheck {
  private RowCheck() {}

  static void check(CollectionSchema schema, Write write) {
    FieldSchema key = schema.primaryKey();
    write.deletes().ifPresent(keys -> checkKeys(key, keys));
    for (Rows rows : write.inserts()) {
      for (FieldSchema field : schema.fields()) {
        rows.batch().column(field.id()).ifPresent(column -> checkColumn(field, column));
      }
      boolean keyed =
          rows.batch().column(key.id()).filter(column -> !column.hasNulls()).isPresent();
      if (!keyed && rows.batch().rows() > 0) {
        throw ElanusException.invalid("rows have no primary key").with("field", key.name());
      }
    }
  }

  private static void checkKeys(FieldSchema key, Keys keys) {
    boolean texts = keys instanceof Keys.Texts;
    if (keys.size() > 0 && texts != (key.type() == DataType.VARCHAR)) {
      throw ElanusException.invalid("keys to delete are of another type than the primary key")
          .with("field", key.name());
    }
  }

  private static void checkColumn(FieldSchema field, Column column) {
    boolean fits = field.type() == column.type();
    if (column instanceof Column.Fixed fixed && field.type().isDenseVector()) {
      fits &= fixed.dimension() == field.dimension();
    }
    if (column instanceof Column.Array array) {
      fits &= field.elementType().filter(type -> type == array.elements().type()).isPresent();
    }
    if (!fits) {
      throw ElanusException.invalid("a column is of another type than its field")
          .with("field", field.name())
          .with("type", column.type());
    }
  }
}
