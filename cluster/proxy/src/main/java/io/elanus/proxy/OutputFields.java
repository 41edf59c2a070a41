package io.elanus.proxy;

import io.elanus.roles.QueryCoord;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The fields of an answer.
 *
 * @param fields without repetition, in the order asked for
 * @param names echoed to the client: {@code *} expanded, keys of the dynamic field as they were
 *     asked for
 */
record OutputFields(List<FieldSchema> fields, List<String> names) {
  private static final Pattern DYNAMIC_KEY =
      Pattern.compile("\\$meta\\[(\"[^\"\\]]+\"|'[^'\\]]+')\\]");

  OutputFields {
    fields = List.copyOf(fields);
    names = List.copyOf(names);
  }

  static OutputFields of(CollectionSchema schema, List<String> asked) {
    Set<FieldSchema> fields = new LinkedHashSet<>();
    Set<String> names = new LinkedHashSet<>();
    for (String each : asked) {
      String name = each.strip();
      if (name.equals("*")) {
        for (FieldSchema field : schema.fields()) {
          fields.add(field);
          names.add(field.name());
        }
      } else {
        fields.add(resolve(schema, name));
        names.add(name);
      }
    }
    return new OutputFields(new ArrayList<>(fields), new ArrayList<>(names));
  }

  private static FieldSchema resolve(CollectionSchema schema, String name) {
    Optional<FieldSchema> field = schema.field(name);
    if (field.isPresent()) {
      return field.get();
    }
    FieldSchema dynamic =
        schema
            .dynamicField()
            .orElseThrow(() -> ElanusException.invalid("field " + name + " not exist"));
    if (NameChecks.isIdentifier(name) || DYNAMIC_KEY.matcher(name).matches()) {
      return dynamic;
    }
    throw ElanusException.invalid("parse output field name failed: " + name);
  }

  /** The same with the primary key, which every query returns. */
  OutputFields withKey(CollectionSchema schema) {
    FieldSchema key = schema.primaryKey();
    if (fields.contains(key)) {
      return this;
    }
    List<FieldSchema> more = new ArrayList<>(fields);
    more.add(key);
    List<String> moreNames = new ArrayList<>(names);
    moreNames.add(key.name());
    return new OutputFields(more, moreNames);
  }

  void requireLoaded(QueryCoord.LoadState state) {
    fields.forEach(field -> PartitionScope.requireLoadedField(state, field));
  }
}
