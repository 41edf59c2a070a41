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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Values of any type a message may hold, and texts by which two values can be compared.
 *
 * <p>What a value may choose at every place of a message (a list or an array empty or not, an
 * optional absent or present, which alternative, which constant) is known from the types: {@link
 * #open} tells how much of that no value has chosen yet. A value prefers what is open, so that a
 * handful of small messages has everything; all else is random.
 */
final class Messages {
  private static final int DEEPEST = 12;

  private final Random random;
  private final Choices choices = new Choices();
  private final Set<String> taken = new HashSet<>();
  private int depth;

  Messages(Random random) {
    this.random = random;
  }

  /** The choices within this type, at this place, that no value has made yet. */
  Set<String> open(Type type, String place) {
    Set<String> open = new TreeSet<>(choices.within(type, place));
    open.removeAll(taken);
    return open;
  }

  Object any(Type type, String place) {
    depth++;
    try {
      return switch (type) {
        case ParameterizedType container -> container(container, place);
        case Class<?> simple -> simple(simple, place);
        default -> throw new AssertionError(type);
      };
    } finally {
      depth--;
    }
  }

  /** How many elements: none, or one or two. */
  private int few(String place, BooleanSupplier moreInside) {
    boolean some;
    if (depth > DEEPEST) {
      some = false;
    } else if (taken.contains(Choices.none(place)) == taken.contains(Choices.some(place))) {
      boolean allTaken = taken.contains(Choices.some(place));
      some = allTaken && moreInside.getAsBoolean() || random.nextBoolean();
    } else {
      some = taken.contains(Choices.none(place));
    }
    taken.add(some ? Choices.some(place) : Choices.none(place));
    return some ? 1 + random.nextInt(2) : 0;
  }

  private Object container(ParameterizedType type, String place) {
    Type[] arguments = type.getActualTypeArguments();
    String inside = Choices.inside(place);
    int count =
        few(
            place,
            () -> Arrays.stream(arguments).anyMatch(argument -> !open(argument, inside).isEmpty()));
    if (type.getRawType() == Optional.class) {
      return count > 0 ? Optional.of(any(arguments[0], inside)) : Optional.empty();
    }
    if (type.getRawType() == List.class) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        list.add(any(arguments[0], inside));
      }
      return list;
    }
    if (type.getRawType() == Set.class) {
      Set<Object> set = new LinkedHashSet<>();
      for (int i = 0; i < count; i++) {
        set.add(any(arguments[0], inside));
      }
      return set;
    }
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      map.put(any(arguments[0], inside), any(arguments[1], inside));
    }
    return map;
  }

  private Object simple(Class<?> type, String place) {
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
      Object array = Array.newInstance(type.getComponentType(), few(place, () -> false) * 5);
      for (int i = 0; i < Array.getLength(array); i++) {
        Array.set(array, i, any(type.getComponentType(), Choices.inside(place)));
      }
      return array;
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[pick(Choices.of(type))];
    }
    if (type == Column.class) {
      return column(few(place, () -> false));
    }
    if (type == RowBatch.class) {
      int rows = few(place, () -> false) * 7;
      Map<Long, Column> columns = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        columns.put(random.nextLong(200), column(rows));
      }
      return new RowBatch(rows, columns);
    }
    if (type == Filter.class) {
      return random.nextBoolean() ? new Filter.Everything() : new Filter.Nothing();
    }
    if (type.isSealed()) {
      return any(alternative(type), place);
    }
    if (type.isRecord()) {
      return record(type);
    }
    throw new AssertionError(type);
  }

  private Class<?> alternative(Class<?> type) {
    Class<?>[] alternatives = type.getPermittedSubclasses();
    List<String> names = Choices.of(type);
    if (depth > DEEPEST) { // the first alternatives of our types are not containers: values end
      taken.add(names.getFirst());
      return alternatives[0];
    }
    if (taken.containsAll(names)) {
      List<Class<?>> open = new ArrayList<>(List.of(alternatives));
      open.removeIf(alternative -> open(alternative, "").isEmpty());
      if (!open.isEmpty()) {
        return open.get(random.nextInt(open.size()));
      }
    }
    return alternatives[pick(names)];
  }

  /** The place of one of these in the list; one that was never taken while there is such a one. */
  private int pick(List<String> names) {
    List<String> left = names.stream().filter(name -> !taken.contains(name)).toList();
    List<String> among = left.isEmpty() ? names : left;
    String picked = among.get(random.nextInt(among.size()));
    taken.add(picked);
    return names.indexOf(picked);
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
        Arrays.stream(components)
            .map(c -> any(c.getGenericType(), Choices.component(type, c)))
            .toArray(Object[]::new);
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
