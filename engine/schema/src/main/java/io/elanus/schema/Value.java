package io.elanus.schema;

import java.util.List;

/**
 * A constant: of a filter, a template or a field's default. Integers of every width are {@link
 * Int}.
 */
public sealed interface Value {
  /** As {@link ColumnBuilder#add} takes it: Boolean, Long, Double, String, or a list of these. */
  Object plain();

  record Bool(boolean value) implements Value {
    @Override
    public Object plain() {
      return value;
    }
  }

  record Int(long value) implements Value {
    @Override
    public Object plain() {
      return value;
    }
  }

  record Real(double value) implements Value {
    @Override
    public Object plain() {
      return value;
    }
  }

  record Text(String value) implements Value {
    @Override
    public Object plain() {
      return value;
    }
  }

  record Many(List<Value> values) implements Value {
    public Many {
      values = List.copyOf(values);
    }

    @Override
    public Object plain() {
      return values.stream().map(Value::plain).toList();
    }
  }
}
