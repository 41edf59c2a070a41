package io.elanus.schema;

import java.util.List;

/**
 * A constant: of a filter, a template or a field's default. Integers of every width are {@link
 * Int}.
 */
public sealed interface Value {
  record Bool(boolean value) implements Value {}

  record Int(long value) implements Value {}

  record Real(double value) implements Value {}

  record Text(String value) implements Value {}

  record Many(List<Value> values) implements Value {
    public Many {
      values = List.copyOf(values);
    }
  }
}
