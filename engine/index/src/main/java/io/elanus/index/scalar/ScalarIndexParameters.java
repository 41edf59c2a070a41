package io.elanus.index.scalar;

import io.elanus.expression.Filter;
import io.elanus.expression.FilterParser;
import io.elanus.expression.Operand;
import io.elanus.index.scalar.ScalarIndexSpec.JsonCast;
import io.elanus.index.scalar.ScalarIndexSpec.Kind;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Checks what a client asks for when it creates an index on a scalar field, with Milvus's texts.
 */
public final class ScalarIndexParameters {
  private ScalarIndexParameters() {}

  /**
   * Validates an index on a scalar field.
   *
   * @param typeName {@code index_type} as given; empty means AUTOINDEX
   * @param parameters all index parameters as given; {@code json_path}, {@code json_cast_type} and
   *     {@code json_cast_function} are read, for a JSON field
   * @throws ElanusException 1100 with the text of Milvus; 1101 for a missing cast type
   */
  public static ScalarIndexSpec validate(
      FieldSchema field, String typeName, Map<String, String> parameters) {
    if (field.type().isVector()) {
      throw ElanusException.invalid(
          "data type " + field.type().wireName() + " can't build with this index " + typeName);
    }
    Kind kind = kind(typeName);
    if (field.type() == DataType.JSON) {
      return json(kind, field, parameters);
    }
    DataType type = field.elementType().orElse(field.type());
    switch (kind) {
      case BITMAP -> bitmap(field, type);
      case STL_SORT -> {
        if (!field.type().isNumeric() && field.type() != DataType.VARCHAR) {
          throw ElanusException.invalid(
              "STL_SORT are only supported on numeric, varchar or timestamptz field, got "
                  + field.type().wireName());
        }
      }
      case TRIE -> {
        if (field.type() != DataType.VARCHAR) {
          throw ElanusException.invalid("TRIE are only supported on varchar field");
        }
      }
      case INVERTED, AUTOINDEX -> {}
    }
    return new ScalarIndexSpec(kind, List.of(), Optional.empty());
  }

  private static Kind kind(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "", "AUTOINDEX" -> Kind.AUTOINDEX;
      case "INVERTED" -> Kind.INVERTED;
      case "BITMAP" -> Kind.BITMAP;
      case "STL_SORT", "ASCENEDING" -> Kind.STL_SORT;
      case "TRIE", "MARISA-TRIE" -> Kind.TRIE;
      case "RTREE" ->
          throw ElanusException.invalid("RTREE index can only be built on geometry field");
      case "NGRAM" ->
          throw new ElanusException(ErrorCode.UNSUPPORTED, "NGRAM index is not supported yet");
      default ->
          throw new ElanusException(ErrorCode.INVALID_PARAMETER)
              .with("expected", "valid index")
              .with("actual", "invalid index type: " + name);
    };
  }

  private static void bitmap(FieldSchema field, DataType type) {
    if (field.primaryKey()) {
      throw ElanusException.invalid("create bitmap index on primary key not supported");
    }
    if (type.isInteger() || type == DataType.BOOL || type == DataType.VARCHAR) {
      return;
    }
    throw ElanusException.invalid(
        field.type() == DataType.ARRAY
            ? "bitmap index are only supported on bool, int, string for array field"
            : "bitmap index are only supported on bool, int, string and array field");
  }

  private static ScalarIndexSpec json(
      Kind kind, FieldSchema field, Map<String, String> parameters) {
    if (kind == Kind.TRIE) {
      throw ElanusException.invalid("TRIE are only supported on varchar field");
    }
    String castName = parameters.get("json_cast_type");
    if (castName == null) {
      throw new ElanusException(ErrorCode.MISSING_PARAMETER, "json index must specify cast type");
    }
    String function = parameters.get("json_cast_function");
    if (function != null) {
      throw ElanusException.invalid("json_cast_function " + function + " is not supported");
    }
    JsonCast cast = cast(castName.toUpperCase(Locale.ROOT));
    boolean unfit =
        (kind == Kind.BITMAP && cast == JsonCast.DOUBLE)
            || (kind == Kind.STL_SORT && cast == JsonCast.BOOL);
    if (unfit) {
      throw ElanusException.invalid(
          "json_cast_type " + cast + " is not supported for " + kind + " index");
    }
    String path = parameters.getOrDefault("json_path", field.name());
    return new ScalarIndexSpec(kind, keys(field, path), Optional.of(cast));
  }

  private static JsonCast cast(String name) {
    for (JsonCast cast : JsonCast.values()) {
      if (cast.name().equals(name)) {
        return cast;
      }
    }
    throw ElanusException.invalid("json_cast_type " + name + " is not supported");
  }

  /** The path is written as in a filter, so that the filter's parser reads it. */
  private static List<String> keys(FieldSchema field, String path) {
    if (path.equals(field.name())) {
      return List.of();
    }
    CollectionSchema only =
        new CollectionSchema("", "", List.of(field), Map.of(), 1, List.of(), field.id() + 1);
    try {
      if (FilterParser.parse("exists " + path, only, Map.of())
          instanceof Filter.Exists(Operand.JsonPath keys)) {
        return keys.keys();
      }
    } catch (ElanusException e) {
      throw new ElanusException(
          ErrorCode.INVALID_PARAMETER, "cannot parse json path: " + path + ", " + e.leading());
    }
    throw ElanusException.invalid("cannot parse json path: " + path);
  }
}
