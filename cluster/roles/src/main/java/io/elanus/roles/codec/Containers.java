package io.elanus.roles.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lists and sets (u32 count, elements), maps (u32 count, pairs), optionals (u8, value). */
final class Containers {
  private Containers() {}

  record ListForm(Form element) implements Form {
    @Override
    public void write(Sink sink, Object value) {
      writeAll(sink, (List<?>) value, element);
    }

    @Override
    public Object read(Source source) {
      int count = source.getCount(1);
      List<Object> list = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        list.add(element.read(source));
      }
      return Collections.unmodifiableList(list);
    }

    @Override
    public Object absent() {
      return List.of();
    }
  }

  record SetForm(Form element) implements Form {
    @Override
    public void write(Sink sink, Object value) {
      writeAll(sink, (Set<?>) value, element);
    }

    @Override
    public Object read(Source source) {
      int count = source.getCount(1);
      Set<Object> set = new LinkedHashSet<>();
      for (int i = 0; i < count; i++) {
        set.add(element.read(source));
      }
      return Collections.unmodifiableSet(set);
    }

    @Override
    public Object absent() {
      return Set.of();
    }
  }

  record MapForm(Form key, Form value) implements Form {
    @Override
    public void write(Sink sink, Object map) {
      Map<?, ?> entries = (Map<?, ?>) map;
      sink.putInt(entries.size());
      entries.forEach((k, v) -> {
        key.write(sink, k);
        value.write(sink, v);
      });
    }

    @Override
    public Object read(Source source) {
      int count = source.getCount(1);
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        map.put(key.read(source), value.read(source));
      }
      return Collections.unmodifiableMap(map);
    }

    @Override
    public Object absent() {
      return Map.of();
    }
  }

  record OptionalForm(Form value) implements Form {
    @Override
    public void write(Sink sink, Object optional) {
      Optional<?> content = (Optional<?>) optional;
      sink.putByte(content.isPresent() ? 1 : 0);
      content.ifPresent(present -> value.write(sink, present));
    }

    @Override
    public Object read(Source source) {
      return source.getByte() == 0 ? Optional.empty() : Optional.of(value.read(source));
    }

    @Override
    public Object absent() {
      return Optional.empty();
    }
  }

  private static void writeAll(Sink sink, Collection<?> values, Form element) {
    sink.putInt(values.size());
    for (Object value : values) {
      element.write(sink, value);
    }
  }
}
