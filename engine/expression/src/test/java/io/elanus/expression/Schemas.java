package io.elanus.expression;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The collection that the tests filter. */
final class Schemas {
  static final FieldSchema ID = field(100, "id", DataType.INT64).primaryKey(true).build();
  static final FieldSchema I8 = field(101, "i8", DataType.INT8).build();
  static final FieldSchema I = field(102, "i", DataType.INT64).build();
  static final FieldSchema F = field(103, "f", DataType.FLOAT).build();
  static final FieldSchema B = field(104, "b", DataType.BOOL).build();
  static final FieldSchema S = field(105, "s", DataType.VARCHAR).build();
  static final FieldSchema N = field(106, "n", DataType.INT64).nullable(true).build();
  static final FieldSchema ARR = array(107, "arr", DataType.INT64);
  static final FieldSchema TAGS = array(108, "tags", DataType.VARCHAR);
  static final FieldSchema J = field(109, "j", DataType.JSON).nullable(true).build();
  static final FieldSchema J2 = field(110, "j2", DataType.JSON).build();
  static final FieldSchema VEC = field(111, "vec", DataType.FLOAT_VECTOR).build();
  static final FieldSchema D = field(112, "d", DataType.DOUBLE).nullable(true).build();
  static final FieldSchema T = field(113, "t", DataType.VARCHAR).nullable(true).build();
  static final FieldSchema FS = array(114, "fs", DataType.FLOAT);
  static final FieldSchema I32 = field(115, "i32", DataType.INT32).nullable(true).build();
  static final FieldSchema BN = field(116, "bn", DataType.BOOL).nullable(true).build();
  static final FieldSchema I16 = field(117, "i16", DataType.INT16).build();
  static final FieldSchema MATCH =
      field(118, "m", DataType.VARCHAR).parameters(Map.of("enable_match", "true")).build();
  static final FieldSchema META =
      field(119, CollectionSchema.DYNAMIC_FIELD_NAME, DataType.JSON).dynamic(true).build();

  static final CollectionSchema DYNAMIC = schema(true);
  static final CollectionSchema STRICT = schema(false);

  private Schemas() {}

  private static CollectionSchema schema(boolean dynamic) {
    List<FieldSchema> fields =
        List.of(ID, I8, I, F, B, S, N, ARR, TAGS, J, J2, VEC, D, T, FS, I32, BN, I16, MATCH, META);
    return new CollectionSchema(
        "tests",
        "",
        dynamic ? fields : fields.subList(0, fields.size() - 1),
        Map.of(),
        1,
        List.of(),
        200);
  }

  private static FieldSchema array(long id, String name, DataType element) {
    return field(id, name, DataType.ARRAY).nullable(true).element(element).build();
  }

  static Builder field(long id, String name, DataType type) {
    return new Builder(id, name, type);
  }

  static final class Builder {
    private final long id;
    private final String name;
    private final DataType type;
    private Optional<DataType> element = Optional.empty();
    private boolean primaryKey;
    private boolean partitionKey;
    private boolean nullable;
    private boolean dynamic;
    private Map<String, String> parameters = Map.of("dim", "4");

    private Builder(long id, String name, DataType type) {
      this.id = id;
      this.name = name;
      this.type = type;
    }

    Builder element(DataType newElement) {
      element = Optional.of(newElement);
      return this;
    }

    Builder primaryKey(boolean value) {
      primaryKey = value;
      return this;
    }

    Builder partitionKey(boolean value) {
      partitionKey = value;
      return this;
    }

    Builder nullable(boolean value) {
      nullable = value;
      return this;
    }

    Builder dynamic(boolean value) {
      dynamic = value;
      return this;
    }

    Builder parameters(Map<String, String> value) {
      parameters = value;
      return this;
    }

    FieldSchema build() {
      return new FieldSchema(
          id,
          name,
          "",
          type,
          element,
          primaryKey,
          false,
          partitionKey,
          false,
          nullable,
          dynamic,
          Optional.empty(),
          parameters);
    }
  }
}
