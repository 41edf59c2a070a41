package io.elanus.transport;

import io.elanus.expression.Filter;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.RowBatch;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Random values of any type a message may hold, and texts by which two values can be compared. */
final class Messages {
  private final Random random;
  private int depth;

  Messages(Random random) {
    this.random = random;
  }

  Object any(Type type) {
    depth++;
    try {
      return switch (type) {
        case ParameterizedType container -> container(container);
        case Class<?> simple -> simple(simple);
        default -> throw new AssertionError(type);
      };
    } finally {
      depth--;
    }
  }

  private int few() {
    return depth > 6 ? 0 : random.nextInt(4);
  }

  private Object container(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return few() > 1 ? Optional.of(any(arguments[0])) : Optional.empty();
    }
    if (type.getRawType() == List.class) {
      List<Object> list = new ArrayList<>();
      for (int i = few(); i > 0; i--) {
        list.add(any(arguments[0]));
      }
      return list;
    }
    if (type.getRawType() == Set.class) {
      Set<Object> set = new LinkedHashSet<>();
      for (int i = few(); i > 0; i--) {
        set.add(any(arguments[0]));
      }
      return set;
    }
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = few(); i > 0; i--) {
      map.put(any(arguments[0]), any(arguments[1]));
    }
    return map;
  }

  private Object simple(Class<?> type) {
    if (type == long.class || type == Long.class) {
      return random.nextBoolean() ? random.nextLong() : (long) random.nextInt(100);
    }
    if (type == int.class || type == Integer.class) {
      return random.nextInt();
    }
    if (type == boolean.class || type == Boolean.class) {
      return random.nextBoolean();
    }
    if (type == float.class || type == Float.class) {
      return random.nextFloat();
    }
    if (type == double.class || type == Double.class) {
      return random.nextGaussian();
    }
    if (type == String.class) {
      return text();
    }
    if (type.isArray()) {
      Object array = Array.newInstance(type.getComponentType(), few() * 5);
      for (int i = 0; i < Array.getLength(array); i++) {
        Array.set(array, i, any(type.getComponentType()));
      }
      return array;
    }
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    if (type == Column.class) {
      return column(few());
    }
    if (type == RowBatch.class) {
      int rows = few() * 7;
      Map<Long, Column> columns = new LinkedHashMap<>();
      for (int i = few(); i > 0; i--) {
        columns.put(random.nextLong(200), column(rows));
      }
      return new RowBatch(rows, columns);
    }
    if (type == Filter.class) {
      return random.nextBoolean() ? new Filter.Everything() : new Filter.Nothing();
    }
    if (type.isSealed()) {
      Class<?>[] alternatives = type.getPermittedSubclasses();
      // the first alternatives of our types are not containers, so that values end
      int among = depth > 6 ? 1 : alternatives.length;
      return any(alternatives[random.nextInt(among)]);
    }
    if (type.isRecord()) {
      return record(type);
    }
    throw new AssertionError(type);
  }

  private String text() {
    String alphabet = "abcXYZ09_-/.é漢😀 ";
    return random
        .ints(random.nextInt(12), 0, alphabet.codePointCount(0, alphabet.length()))
        .map(i -> alphabet.codePointAt(alphabet.offsetByCodePoints(0, i)))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private Column column(int rows) {
    DataType[] types = {
      DataType.INT64,
      DataType.FLOAT,
      DataType.BOOL,
      DataType.VARCHAR,
      DataType.JSON,
      DataType.FLOAT_VECTOR
    };
    DataType type = types[random.nextInt(types.length)];
    var builder = new ColumnBuilder(type, type.isVector() ? 3 : 0, Optional.empty());
    for (int row = 0; row < rows; row++) {
      if (random.nextInt(5) == 0 && !type.isVector()) {
        builder.addNull();
      } else {
        builder.add(
            switch (type) {
              case INT64 -> random.nextLong();
              case FLOAT -> random.nextFloat();
              case BOOL -> random.nextBoolean();
              case VARCHAR, JSON -> text();
              default -> new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, (byte) row};
            });
      }
    }
    return builder.build();
  }

  private Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values =
        Arrays.stream(components).map(c -> any(c.getGenericType())).toArray(Object[]::new);
    try {
      return type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(values);
    } catch (InvocationTargetException e) {
      throw new AssertionError(type + " refuses random components", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** The same text for equal values, whatever the order of maps and sets. */
  static String print(Object value) {
    return switch (value) {
      case Column column -> {
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < column.rows(); row++) {
          Object cell = column.value(row);
          rows.add(cell == null ? "null" : print(cell));
        }
        yield column.type() + rows.toString();
      }
      case RowBatch batch -> batch.rows() + print(batch.columns());
      case Map<?, ?> map -> {
        Map<String, String> sorted = new TreeMap<>();
        map.forEach((k, v) -> sorted.put(print(k), print(v)));
        yield sorted.toString();
      }
      case Set<?> set -> set.stream().map(Messages::print).sorted().toList().toString();
      case List<?> list -> list.stream().map(Messages::print).toList().toString();
      case Optional<?> optional -> optional.map(Messages::print).toString();
      case MemorySegment segment -> throw new AssertionError(segment);
      case Record record ->
          record.getClass().getSimpleName()
              + Arrays.stream(record.getClass().getRecordComponents())
                  .map(component -> component.getName() + "=" + print(component(component, record)))
                  .collect(Collectors.joining(", ", "(", ")"));
      default -> {
        if (!value.getClass().isArray()) {
          yield value.toString();
        }
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) {
          elements.add(print(Array.get(value, i)));
        }
        yield elements.toString();
      }
    };
  }

  private static Object component(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
