package io.elanus.expression;

import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Value;
import java.util.Optional;

/** What a part of a filter turns out to be once names are resolved. */
sealed interface Typed {
  /** The name of the type in error texts. */
  String typeName();

  /**
   * A value known without rows.
   *
   * @param template the name of the variable that the value came from
   */
  record Constant(Value value, Optional<String> template) implements Typed {
    static Constant of(Value value) {
      return new Constant(value, Optional.empty());
    }

    @Override
    public String typeName() {
      return switch (value) {
        case Value.Bool bool -> DataType.BOOL.wireName();
        case Value.Int integer -> DataType.INT64.wireName();
        case Value.Real real -> DataType.DOUBLE.wireName();
        case Value.Text text -> DataType.VARCHAR.wireName();
        case Value.Many many -> DataType.ARRAY.wireName();
      };
    }
  }

  /** A column, an element of one, or a JSON path. */
  record Reference(Operand operand, FieldSchema field) implements Typed {
    DataType type() {
      return operand.type();
    }

    boolean isWholeArray() {
      return operand.type() == DataType.ARRAY;
    }

    /** The element type of a whole array. */
    DataType elementType() {
      return field.elementType().orElseThrow();
    }

    @Override
    public String typeName() {
      return operand.type().wireName();
    }
  }

  /** {@code field + 1}. */
  record Computed(Reference reference, ArithmeticOperator operator, Value right) implements Typed {
    @Override
    public String typeName() {
      return reference.typeName();
    }
  }

  /** {@code array_length(field)}. */
  record Length(Reference reference) implements Typed {
    @Override
    public String typeName() {
      return DataType.INT64.wireName();
    }
  }

  record Predicate(Filter filter) implements Typed {
    @Override
    public String typeName() {
      return DataType.BOOL.wireName();
    }
  }
}
