package io.elanus.roles.codec;

import java.util.HashMap;
import java.util.Map;

/**
 * Enums (u32 hash of the constant's name) and sealed interfaces (u32 hash of the alternative's).
 */
final class Alternatives {
  private Alternatives() {}

  static final class EnumForm implements Form {
    private final Map<Integer, Object> constants = new HashMap<>();
    private final Object first;

    EnumForm(Class<?> type) {
      Object[] all = type.getEnumConstants();
      for (Object constant : all) {
        if (constants.put(hash(constant), constant) != null) {
          throw new IllegalArgumentException(type + ": constant names collide, rename one");
        }
      }
      first = all[0];
    }

    private static int hash(Object constant) {
      return Names.hash(((Enum<?>) constant).name());
    }

    @Override
    public void write(Sink sink, Object value) {
      sink.putInt(hash(value));
    }

    @Override
    public Object read(Source source) {
      Object constant = constants.get(source.getInt());
      if (constant == null) {
        throw Source.damaged("unknown constant of " + first.getClass().getSimpleName());
      }
      return constant;
    }

    @Override
    public Object absent() {
      return first;
    }
  }

  static final class SealedForm implements Form {
    private final Class<?> type;
    private final Map<Class<?>, Integer> hashes = new HashMap<>();
    private final Map<Integer, Form> forms = new HashMap<>();

    SealedForm(Class<?> type, Forms known) {
      this.type = type;
      addAll(type, known);
    }

    private void addAll(Class<?> sealed, Forms known) {
      for (Class<?> alternative : sealed.getPermittedSubclasses()) {
        if (alternative.isSealed()) {
          addAll(alternative, known);
          continue;
        }
        int hash = Names.hash(alternative.getSimpleName());
        hashes.put(alternative, hash);
        if (forms.put(hash, known.of(alternative)) != null) {
          throw new IllegalArgumentException(type + ": names of alternatives collide, rename one");
        }
      }
    }

    @Override
    public void write(Sink sink, Object value) {
      Integer hash = hashes.get(value.getClass());
      if (hash == null) {
        throw new IllegalArgumentException(value.getClass() + " is no alternative of " + type);
      }
      sink.putInt(hash);
      form(hash).write(sink, value);
    }

    @Override
    public Object read(Source source) {
      return form(source.getInt()).read(source);
    }

    private Form form(int hash) {
      Form form = forms.get(hash);
      if (form == null) {
        throw Source.damaged("unknown alternative of " + type.getSimpleName());
      }
      return form;
    }

    @Override
    public Object absent() {
      throw Source.damaged("a component of type " + type.getSimpleName() + " is missing");
    }
  }
}
