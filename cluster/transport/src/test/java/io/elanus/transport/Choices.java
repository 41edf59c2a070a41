package io.elanus.transport;

import io.elanus.expression.Filter;
import io.elanus.schema.Column;
import io.elanus.schema.RowBatch;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of everything that a value of a type may choose, found by walking the types. Records,
 * alternatives and constants have their names from their type, wherever they stand.
 */
final class Choices {
  private record Place(Type type, String name) {}

  private final Map<Place, Set<String>> known = new HashMap<>();

  static String none(String place) {
    return place + " without content";
  }

  static String some(String place) {
    return place + " with content";
  }

  static String inside(String place) {
    return place + ".";
  }

  static String component(Class<?> record, RecordComponent component) {
    return record.getName() + "." + component.getName();
  }

  /** One name for each constant of an enum, or alternative of a sealed type, in their order. */
  static List<String> of(Class<?> type) {
    Object[] options = type.isEnum() ? type.getEnumConstants() : type.getPermittedSubclasses();
    return Arrays.stream(options).map(option -> type.getName() + " as " + option).toList();
  }

  Set<String> within(Type type, String place) {
    Place whole = new Place(type, place);
    Set<String> found = known.get(whole);
    if (found == null) {
      found = new HashSet<>();
      walk(type, place, found, new HashSet<>());
      known.put(whole, found);
    }
    return found;
  }

  private static void walk(Type type, String place, Set<String> found, Set<Type> walked) {
    if (type instanceof ParameterizedType container) {
      either(place, found);
      for (Type argument : container.getActualTypeArguments()) {
        walk(argument, inside(place), found, walked);
      }
      return;
    }
    Class<?> simple = (Class<?>) type;
    if (simple.isArray() || simple == Column.class || simple == RowBatch.class) {
      either(place, found);
    } else if (simple == Filter.class || !walked.add(type)) {
      return; // has a codec and tests of its own; or was here
    } else if (simple.isEnum()) {
      found.addAll(of(simple));
    } else if (simple.isSealed()) {
      found.addAll(of(simple));
      for (Class<?> alternative : simple.getPermittedSubclasses()) {
        walk(alternative, place, found, walked);
      }
    } else if (simple.isRecord()) {
      for (RecordComponent component : simple.getRecordComponents()) {
        walk(component.getGenericType(), component(simple, component), found, walked);
      }
    }
  }

  private static void either(String place, Set<String> found) {
    found.add(none(place));
    found.add(some(place));
  }
}
