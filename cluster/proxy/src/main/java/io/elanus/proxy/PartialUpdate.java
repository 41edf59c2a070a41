package io.elanus.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elanus.proxy.column.ColumnChecks;
import io.elanus.proxy.column.JsonChecks;
import io.elanus.roles.Proxy;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges the columns of a partial update with the rows as they are (milvus.proto,
 * UpsertRequest.partial_update): absent fields keep their value, arrays can be appended to or
 * reduced, the dynamic field is merged key by key. Rows that are not there yet must be complete.
 */
final class PartialUpdate {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CollectionSchema schema;
  private final Proxy.UpsertRequest request;

  PartialUpdate(CollectionSchema schema, Proxy.UpsertRequest request) {
    this.schema = schema;
    this.request = request;
    request.arrayOperations().forEach(this::checkOperation);
  }

  private void checkOperation(String name, Proxy.ArrayOperation operation) {
    FieldSchema field =
        schema
            .field(name)
            .filter(found -> request.insert().columns().containsKey(name))
            .orElseThrow(() ->
                ElanusException.invalid(
                    "partial-update op targets field \"" + name + "\" not present in fields_data"));
    if (field.primaryKey()) {
      throw ElanusException.invalid(
          "field \"" + name + "\" is the primary key and cannot carry a partial-update op");
    }
    if (operation != Proxy.ArrayOperation.REPLACE && field.type() != DataType.ARRAY) {
      throw ElanusException.invalid(
          "op ARRAY_%s requires Array field, but field \"%s\" is %s"
              .formatted(operation, name, field.type().wireName()));
    }
  }

  /** Complete columns by field name, in the order of the request's rows. */
  Map<String, Column> merged(Keys keys, Map<Object, RowLookup.Place> stored) {
    Map<String, Column> result = new HashMap<>();
    for (FieldSchema field : schema.fields()) {
      Column given = request.insert().columns().get(field.name());
      if (field.primaryKey()) {
        result.put(field.name(), Objects.requireNonNull(given));
      } else if (given == null) {
        result.put(field.name(), kept(field, keys, stored));
      } else {
        Column typed = ColumnChecks.checked(nullsAllowed(field), given);
        result.put(field.name(), changed(field, typed, keys, stored));
      }
    }
    return result;
  }

  /** A row of the dynamic field may be absent from the request. */
  private static FieldSchema nullsAllowed(FieldSchema field) {
    return field.dynamic() ? field.withNulls(true, Optional.empty()) : field;
  }

  /** Old values; what a new row gets when the request says nothing. */
  private static Column kept(FieldSchema field, Keys keys, Map<Object, RowLookup.Place> stored) {
    ColumnBuilder builder = ColumnBuilder.of(field);
    @Nullable Column filled = null;
    for (int row = 0; row < keys.size(); row++) {
      RowLookup.Place place = stored.get(keys.get(row));
      if (place != null) {
        builder.addRow(place.column(field.id()), place.row());
        continue;
      }
      if (!RowPreparation.fillable(field)) {
        throw RowPreparation.missing(field);
      }
      filled = filled == null ? RowPreparation.filled(field, 1) : filled;
      builder.addRow(filled, 0);
    }
    return builder.build();
  }

  private Column changed(
      FieldSchema field, Column given, Keys keys, Map<Object, RowLookup.Place> stored) {
    Proxy.ArrayOperation operation =
        request.arrayOperations().getOrDefault(field.name(), Proxy.ArrayOperation.REPLACE);
    if (operation == Proxy.ArrayOperation.REPLACE && !field.dynamic()) {
      return given;
    }
    ColumnBuilder builder = ColumnBuilder.of(field);
    for (int row = 0; row < keys.size(); row++) {
      RowLookup.Place place = stored.get(keys.get(row));
      @Nullable Object old = place == null ? null : place.column(field.id()).value(place.row());
      @Nullable Object change = given.value(row);
      builder.add(
          field.dynamic()
              ? mergedObject((String) old, (String) change)
              : mergedArray(field, operation, (List<?>) old, (List<?>) change));
    }
    return builder.build();
  }

  private static String mergedObject(@Nullable String old, @Nullable String change) {
    if (old == null || change == null) {
      return old != null ? old : change != null ? change : "{}";
    }
    try {
      ObjectNode object = (ObjectNode) JSON.readTree(old);
      object.setAll((ObjectNode) JSON.readTree(change));
      return checkedLength(JSON.writeValueAsString(object));
    } catch (JsonProcessingException e) {
      throw ElanusException.invalid("invalid dynamic field data, only json map is supported");
    }
  }

  private static String checkedLength(String object) {
    int length = object.getBytes(StandardCharsets.UTF_8).length;
    if (length > JsonChecks.MAX_BYTES) {
      throw ElanusException.invalid(
          "the length (%d) of dynamic field exceeds max length (%d)"
              .formatted(length, JsonChecks.MAX_BYTES));
    }
    return object;
  }

  private static @Nullable List<?> mergedArray(
      FieldSchema field,
      Proxy.ArrayOperation operation,
      @Nullable List<?> old,
      @Nullable List<?> change) {
    if (change == null) {
      return old;
    }
    List<Object> result = new ArrayList<>(old == null ? List.of() : old);
    if (operation == Proxy.ArrayOperation.APPEND) {
      result.addAll(change);
      if (result.size() > field.maxCapacity()) {
        throw ElanusException.invalid(
            "array length %d exceeds max_capacity %d, field: %s"
                .formatted(result.size(), field.maxCapacity(), field.name()));
      }
      return result;
    }
    Set<Object> removed = new HashSet<>(change);
    result.removeIf(removed::contains);
    return result;
  }
}
