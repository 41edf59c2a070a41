package io.elanus.expression;

import io.elanus.schema.DataType;
import java.util.List;

/** What a predicate reads of a row. Names are already resolved to field ids. */
public sealed interface Operand {
  long fieldId();

  /** The type of the values read: the column's, the array's element, or JSON. */
  DataType type();

  /** The value of a column as it is: a scalar, a whole array, or a whole JSON document. */
  record Field(long fieldId, DataType type) implements Operand {}

  /**
   * One element of an array column; beyond the end it is UNKNOWN.
   *
   * @param index from 0
   */
  record Element(long fieldId, DataType type, int index) implements Operand {}

  /**
   * The value at a path of a JSON column (the dynamic field's too).
   *
   * @param keys at least one; a key of digits also indexes a JSON array
   */
  record JsonPath(long fieldId, List<String> keys) implements Operand {
    public JsonPath {
      keys = List.copyOf(keys);
    }

    @Override
    public DataType type() {
      return DataType.JSON;
    }
  }
}
