package io.elanus.roles.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record by its component names, so that writer and reader may know different components.
 *
 * <pre>
 * u32  number of components
 * per component:
 *   u32  FNV-1a of its name
 *   u32  bytes of its value
 *        value
 * </pre>
 *
 * A component the reader does not know is skipped; one that the bytes lack is {@link Form#absent}.
 * Records are made and read by reflection: method handles would compile a form of code for each
 * shape of record, most of the time of opening a catalogue.
 */
final class RecordForm implements Form {
  private final Class<?> type;
  private final int[] names;
  private final Method[] accessors;
  private final Form[] forms;
  private final Map<Integer, Integer> ordinals = new HashMap<>();
  private final Constructor<?> constructor;

  RecordForm(Class<?> type, Forms known) {
    this.type = type;
    RecordComponent[] components = type.getRecordComponents();
    names = new int[components.length];
    accessors = new Method[components.length];
    forms = new Form[components.length];
    for (int i = 0; i < components.length; i++) {
      names[i] = Names.hash(components[i].getName());
      if (ordinals.put(names[i], i) != null) {
        throw new IllegalArgumentException(type + ": component names collide, rename one");
      }
      accessors[i] = accessor(components[i]);
      forms[i] = known.of(components[i].getGenericType());
    }
    constructor = constructor(type, components);
  }

  @Override
  public void write(Sink sink, Object value) {
    sink.putInt(names.length);
    for (int i = 0; i < names.length; i++) {
      sink.putInt(names[i]);
      int begin = sink.beginLength();
      forms[i].write(sink, component(i, value));
      sink.endLength(begin);
    }
  }

  @Override
  public Object read(Source source) {
    int count = source.getCount(8);
    @Nullable Object[] values = new Object[names.length];
    for (int i = 0; i < count; i++) {
      Integer ordinal = ordinals.get(source.getInt());
      Source part = source.takePart();
      if (ordinal != null) {
        values[ordinal] = forms[ordinal].read(part);
      }
    }
    return construct(values);
  }

  @Override
  public Object absent() {
    return construct(new Object[names.length]);
  }

  private Object construct(@Nullable Object[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        values[i] = forms[i].absent();
      }
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw thrown(e, "cannot be made");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private Object component(int i, Object value) {
    try {
      return accessors[i].invoke(value);
    } catch (InvocationTargetException e) {
      throw thrown(e, "cannot be read");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be read", e);
    }
  }

  /** What a record's own code threw is passed on as it is. */
  private RuntimeException thrown(InvocationTargetException failure, String otherwise) {
    return switch (failure.getCause()) {
      case RuntimeException cause -> cause;
      case Error cause -> throw cause;
      case null, default -> new IllegalStateException(type + " " + otherwise, failure);
    };
  }

  private static Method accessor(RecordComponent component) {
    Method method = component.getAccessor();
    method.setAccessible(true);
    return method;
  }

  private static Constructor<?> constructor(Class<?> type, RecordComponent[] components) {
    Class<?>[] parameters =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(parameters);
      canonical.setAccessible(true);
      return canonical;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }
}
