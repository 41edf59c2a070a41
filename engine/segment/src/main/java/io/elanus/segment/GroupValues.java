package io.elanus.segment;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.util.Optional;

/** The value that a row is grouped by: a scalar field's, or one at a path of a JSON field. */
final class GroupValues {
  private final FieldSchema field;
  private final GroupBy groupBy;
  private final ChunkedColumn column;

  GroupValues(ReadView view, GroupBy groupBy) {
    this.field = view.schema().requireField(groupBy.fieldId());
    this.groupBy = groupBy;
    boolean groupable =
        switch (field.type()) {
          case BOOL, INT8, INT16, INT32, INT64, VARCHAR -> groupBy.jsonPath().isEmpty();
          case JSON -> !groupBy.jsonPath().isEmpty();
          default -> false;
        };
    if (!groupable) {
      throw ElanusException.invalid("unsupported data type for group by")
          .with("field", field.name())
          .with("type", field.type().wireName());
    }
    this.column = view.column(field.id());
  }

  /** Equal for rows of one group; empty for rows without a value, which are a group, too. */
  Optional<Object> group(int ordinal) {
    Object value = column.value(ordinal);
    if (value != null && field.type() == DataType.JSON) {
      return JsonScalars.at((String) value, groupBy.jsonPath()).map(text -> text);
    }
    return Optional.ofNullable(value);
  }

  /** The values of these rows; JSON text for a JSON path. */
  Column column(int[] ordinals) {
    ColumnBuilder builder = ColumnBuilder.of(field);
    for (int ordinal : ordinals) {
      builder.add(group(ordinal).orElse(null));
    }
    return builder.build();
  }
}
