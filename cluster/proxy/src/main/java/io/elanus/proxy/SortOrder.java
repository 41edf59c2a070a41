package io.elanus.proxy;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.KeyOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** {@code order_by_fields}: scalar fields, each with direction and place of nulls. */
record SortOrder(List<SortOrder.Key> keys) {
  /** A null counts as the largest value unless its place is given. */
  record Key(FieldSchema field, boolean descending, boolean nullsFirst) {}

  SortOrder {
    keys = List.copyOf(keys);
  }

  static Optional<SortOrder> of(SearchOptions options, CollectionSchema schema, boolean grouped) {
    Optional<String> text = options.text("order_by_fields");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (options.flag("iterator")) {
      throw ElanusException.invalid("ORDER BY with iterator is not supported");
    }
    if (grouped) {
      throw ElanusException.invalid("order_by together with group_by is not supported yet");
    }
    List<Key> keys = new ArrayList<>();
    for (String part : text.get().split(",", -1)) {
      keys.add(key(part.strip(), schema));
    }
    return Optional.of(new SortOrder(keys));
  }

  private static Key key(String text, CollectionSchema schema) {
    String[] parts = text.split(":", -1);
    String name = parts[0].strip();
    if (parts.length > 3) {
      throw ElanusException.invalid("too many order_by field options: " + text);
    }
    FieldSchema field =
        schema
            .field(name)
            .orElseThrow(() ->
                ElanusException.invalid(
                    "order_by field '" + name + "' does not exist in collection schema"));
    if (!sortable(field.type())) {
      throw ElanusException.invalid(
          "order_by field '%s' has unsortable type %s".formatted(name, field.type().wireName()));
    }
    String direction = parts.length > 1 ? parts[1].strip().toLowerCase(Locale.ROOT) : "asc";
    if (!direction.equals("asc") && !direction.equals("desc")) {
      throw ElanusException.invalid(
          "invalid order direction '%s' for field '%s', expected 'asc' or 'desc'"
              .formatted(direction, name));
    }
    boolean descending = direction.equals("desc");
    return new Key(field, descending, nullsFirst(parts, name, descending));
  }

  private static boolean nullsFirst(String[] parts, String name, boolean descending) {
    if (parts.length < 3) {
      return descending;
    }
    return switch (parts[2].strip().toLowerCase(Locale.ROOT)) {
      case "nulls_first" -> true;
      case "nulls_last" -> false;
      default ->
          throw ElanusException.invalid(
              "invalid order nulls '%s' for field '%s', expected 'nulls_first' or 'nulls_last'"
                  .formatted(parts[2], name));
    };
  }

  private static boolean sortable(DataType type) {
    return type == DataType.BOOL || type.isNumeric() || type == DataType.VARCHAR;
  }

  List<Long> fieldIds() {
    return keys.stream().map(key -> key.field().id()).toList();
  }

  /** Orders row ordinals; {@code columns} gives the column of the i-th key. */
  Comparator<Integer> comparator(IntFunction<Column> columns) {
    Comparator<Integer> all = (a, b) -> 0;
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      Column column = columns.apply(i);
      all = all.thenComparing((a, b) -> compare(key, column.value(a), column.value(b)));
    }
    return all;
  }

  private static int compare(Key key, @Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      int nulls = a == null ? (b == null ? 0 : -1) : 1;
      return key.nullsFirst() ? nulls : -nulls;
    }
    int order =
        switch (a) {
          case Long number -> number.compareTo((Long) b);
          case Float number -> number.compareTo((Float) b);
          case Double number -> number.compareTo((Double) b);
          case Boolean bool -> bool.compareTo((Boolean) b);
          case String text -> KeyOrder.compare(text, (String) b);
          default -> throw new IllegalStateException("unsortable " + a.getClass());
        };
    return key.descending() ? -order : order;
  }
}
