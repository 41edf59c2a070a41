package io.elanus.segment;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A schema with a bit of everything, and batches of its rows. */
final class Birds {
  static final long KEY = 100;
  static final long GROUP = 101;
  static final long NAME = 102;
  static final long RARE = 103;
  static final long VECTOR = 104;
  static final long SPARSE = 105;
  static final long TAGS = 106;
  static final long META = 107;
  static final long ADDED = 108;
  static final long ADDED_NULL = 109;
  static final long ADDED_VECTOR = 110;
  static final int DIMENSION = 8;

  /** Values in the order of the fields: group, name, rare, vector, sparse, tags, meta. */
  record Bird(
      Comparable<?> key,
      Long group,
      String name,
      Boolean rare,
      float[] vector,
      byte[] sparse,
      List<Long> tags,
      String meta) {
    Object value(long field) {
      return switch ((int) field) {
        case (int) KEY -> key;
        case (int) GROUP -> group;
        case (int) NAME -> name;
        case (int) RARE -> rare;
        case (int) VECTOR -> vector;
        case (int) SPARSE -> sparse;
        case (int) TAGS -> tags;
        case (int) META -> meta;
        default -> throw new IllegalArgumentException();
      };
    }
  }

  private Birds() {}

  static CollectionSchema schema(DataType keyType) {
    return new CollectionSchema("birds", "", fields(keyType), Map.of(), 1, List.of(), 108);
  }

  /** The same with a field with a default, a nullable field and a nullable vector; no name. */
  static CollectionSchema laterSchema(DataType keyType) {
    List<FieldSchema> fields = new ArrayList<>(fields(keyType));
    fields.removeIf(field -> field.id() == NAME);
    fields.add(
        field(ADDED, "added", DataType.INT32, false, Optional.of(new Value.Int(7)), Map.of()));
    fields.add(field(ADDED_NULL, "added_null", DataType.VARCHAR, true, Optional.empty(), Map.of()));
    fields.add(
        field(
            ADDED_VECTOR,
            "added_vector",
            DataType.FLOAT_VECTOR,
            true,
            Optional.empty(),
            Map.of("dim", "4")));
    return new CollectionSchema("birds", "", fields, Map.of(), 2, List.of(NAME), 111);
  }

  /** The first schema with a vector field added. */
  static CollectionSchema withAdded(DataType vectorType, int dimension) {
    List<FieldSchema> fields = new ArrayList<>(fields(DataType.INT64));
    Map<String, String> parameters =
        vectorType == DataType.SPARSE_FLOAT_VECTOR ? Map.of() : Map.of("dim", "" + dimension);
    fields.add(field(ADDED_VECTOR, "added_vector", vectorType, true, Optional.empty(), parameters));
    return new CollectionSchema("birds", "", fields, Map.of(), 2, List.of(), 111);
  }

  private static List<FieldSchema> fields(DataType keyType) {
    Optional<Value> none = Optional.empty();
    return List.of(
        new FieldSchema(
            KEY,
            "id",
            "",
            keyType,
            Optional.empty(),
            true,
            false,
            false,
            false,
            false,
            false,
            none,
            Map.of()),
        field(GROUP, "group", DataType.INT64, true, none, Map.of()),
        field(NAME, "name", DataType.VARCHAR, false, none, Map.of()),
        field(RARE, "rare", DataType.BOOL, false, none, Map.of()),
        field(VECTOR, "vector", DataType.FLOAT_VECTOR, true, none, Map.of("dim", "" + DIMENSION)),
        field(SPARSE, "sparse", DataType.SPARSE_FLOAT_VECTOR, false, none, Map.of()),
        field(TAGS, "tags", DataType.ARRAY, true, none, Map.of()),
        field(META, "meta", DataType.JSON, false, none, Map.of()));
  }

  private static FieldSchema field(
      long id,
      String name,
      DataType type,
      boolean nullable,
      Optional<Value> defaultValue,
      Map<String, String> parameters) {
    Optional<DataType> element =
        type == DataType.ARRAY ? Optional.of(DataType.INT64) : Optional.empty();
    return new FieldSchema(
        id,
        name,
        "",
        type,
        element,
        false,
        false,
        false,
        false,
        nullable,
        false,
        defaultValue,
        parameters);
  }

  static RowBatch batch(CollectionSchema schema, List<Bird> birds) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    for (FieldSchema field : schema.fields()) {
      ColumnBuilder builder = ColumnBuilder.of(field);
      birds.forEach(bird -> builder.add(bird.value(field.id())));
      columns.put(field.id(), builder.build());
    }
    return new RowBatch(birds.size(), columns);
  }
}
