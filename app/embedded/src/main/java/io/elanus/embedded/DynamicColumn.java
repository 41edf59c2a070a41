package io.elanus.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Undeclared fields of rows, as the JSON objects of the hidden dynamic field. */
final class DynamicColumn {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DynamicColumn() {}

  static Column of(CollectionSchema schema, List<Row> rows) {
    ColumnBuilder builder = new ColumnBuilder(DataType.JSON, 0, Optional.empty());
    for (Row row : rows) {
      Map<String, @Nullable Object> undeclared = new LinkedHashMap<>(row.values());
      schema.userFields().forEach(field -> undeclared.remove(field.name()));
      try {
        builder.add(JSON.writeValueAsString(undeclared));
      } catch (JsonProcessingException unfit) {
        throw ElanusException.invalid(
            "dynamic fields cannot be written as JSON, " + unfit.getOriginalMessage());
      }
    }
    return builder.build();
  }

  static Map<String, @Nullable Object> values(String json) {
    try {
      return JSON.readValue(json, new TypeReference<LinkedHashMap<String, @Nullable Object>>() {});
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("stored dynamic field is no JSON object", damaged);
    }
  }
}
