package io.elanus.roles.codec;

import io.elanus.expression.Filter;
import io.elanus.schema.Column;
import io.elanus.schema.RowBatch;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The form of every type met so far; each is derived once. */
final class Forms {
  private final Map<Type, Form> forms = new ConcurrentHashMap<>();

  Forms() {
    put(Scalars.BOOLEAN, boolean.class, Boolean.class);
    put(Scalars.BYTE, byte.class, Byte.class);
    put(Scalars.SHORT, short.class, Short.class);
    put(Scalars.INT, int.class, Integer.class);
    put(Scalars.LONG, long.class, Long.class);
    put(Scalars.FLOAT, float.class, Float.class);
    put(Scalars.DOUBLE, double.class, Double.class);
    put(Scalars.STRING, String.class);
    put(PrimitiveArrays.BYTES, byte[].class);
    put(PrimitiveArrays.INTS, int[].class);
    put(PrimitiveArrays.LONGS, long[].class);
    put(PrimitiveArrays.FLOATS, float[].class);
    put(PrimitiveArrays.DOUBLES, double[].class);
    put(Columns.BATCH, RowBatch.class);
    put(Columns.COLUMN, Column.class);
    put(Filters.FILTER, Filter.class);
  }

  private void put(Form form, Class<?>... types) {
    for (Class<?> type : types) {
      forms.put(type, form);
    }
  }

  Form of(Type type) {
    Form known = forms.get(type);
    if (known != null) {
      return known;
    }
    return switch (type) {
      case ParameterizedType parameterized -> remember(type, container(parameterized));
      case Class<?> simple when simple.isRecord() ->
          derive(simple, forms -> new RecordForm(simple, forms));
      case Class<?> simple when simple.isSealed() ->
          derive(simple, forms -> new Alternatives.SealedForm(simple, forms));
      case Class<?> simple when simple.isEnum() ->
          remember(type, new Alternatives.EnumForm(simple));
      default -> throw new IllegalArgumentException("no binary form for " + type);
    };
  }

  private Form container(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      return new Containers.ListForm(of(arguments[0]));
    }
    if (type.getRawType() == Set.class) {
      return new Containers.SetForm(of(arguments[0]));
    }
    if (type.getRawType() == Map.class) {
      return new Containers.MapForm(of(arguments[0]), of(arguments[1]));
    }
    if (type.getRawType() == Optional.class) {
      return new Containers.OptionalForm(of(arguments[0]));
    }
    throw new IllegalArgumentException("no binary form for " + type);
  }

  private Form remember(Type type, Form form) {
    Form earlier = forms.putIfAbsent(type, form);
    return earlier == null ? form : earlier;
  }

  /** A type may contain itself, so its form is known before its parts are looked at. */
  private Form derive(Class<?> type, Function<Forms, Form> derivation) {
    return remember(type, new Later(derivation));
  }

  /** Derives at first use. Two threads may derive the same form; either result serves. */
  private final class Later implements Form {
    private final Function<Forms, Form> derivation;
    private volatile @Nullable Form derived;

    Later(Function<Forms, Form> derivation) {
      this.derivation = derivation;
    }

    private Form form() {
      Form form = derived;
      if (form == null) {
        form = derivation.apply(Forms.this);
        derived = form;
      }
      return form;
    }

    @Override
    public void write(Sink sink, Object value) {
      form().write(sink, value);
    }

    @Override
    public Object read(Source source) {
      return form().read(source);
    }

    @Override
    public Object absent() {
      return form().absent();
    }
  }
}
