package io.elanus.expression;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the names of a filter stand for.
 *
 * @param templates by name, without braces
 */
record Scope(CollectionSchema schema, Map<String, Value> templates) {
  private static final int MAX_PATH = 256;

  /** A declared field, or a key of the dynamic field. */
  Typed.Reference name(String name) {
    Optional<FieldSchema> declared = schema.field(name);
    if (declared.isPresent()) {
      return whole(declared.get());
    }
    if (name.equalsIgnoreCase("null")) {
      throw new FilterError(
          "NULL literal is not supported in expressions; use '<field> is null' or"
              + " '<field> is not null' instead");
    }
    return new Typed.Reference(
        new Operand.JsonPath(dynamic(name).id(), List.of(name)), dynamic(name));
  }

  /** An element of an array, or a path of a JSON field or of the dynamic field. */
  Typed.Reference subscripted(Syntax.Subscripted path) {
    Optional<FieldSchema> declared = schema.field(path.name());
    if (declared.isEmpty()) {
      List<String> keys = new ArrayList<>(List.of(path.name()));
      keys.addAll(keys(path));
      return jsonPath(dynamic(path.name()), keys);
    }
    FieldSchema field = declared.get();
    return switch (field.type()) {
      case JSON -> jsonPath(field, keys(path));
      case ARRAY -> element(field, path.subscripts());
      default ->
          throw new FilterError(
              field.type().wireName() + " data type not supported accessed with []");
    };
  }

  /** {@code name[sub]}: there are no struct arrays, so it is a slip of the pen or unknown. */
  FilterError structField(Syntax.StructField path) {
    Optional<FieldSchema> field = schema.field(path.name()).or(schema::dynamicField);
    if (field.isPresent() && field.get().type() == DataType.JSON) {
      return new FilterError(
          "json key must be enclosed in double quotes or single quotes: \""
              + path.subField()
              + "\"");
    }
    if (field.isPresent() && field.get().type() == DataType.ARRAY) {
      return new FilterError("can only access array field with integer index");
    }
    return new FilterError("struct field not found: " + path.text());
  }

  Typed.Constant template(String name) {
    Value value = templates.get(name);
    if (value == null) {
      throw new FilterError(
          "the value of expression template variable name {" + name + "} is not found");
    }
    return new Typed.Constant(value, Optional.of(name));
  }

  private FieldSchema dynamic(String name) {
    return schema.dynamicField().orElseThrow(() -> new FilterError("field " + name + " not exist"));
  }

  private static Typed.Reference whole(FieldSchema field) {
    return new Typed.Reference(new Operand.Field(field.id(), field.type()), field);
  }

  private static Typed.Reference jsonPath(FieldSchema field, List<String> keys) {
    if (keys.size() > MAX_PATH) {
      throw new FilterError("a JSON path has more than " + MAX_PATH + " keys");
    }
    return new Typed.Reference(new Operand.JsonPath(field.id(), keys), field);
  }

  private static List<String> keys(Syntax.Subscripted path) {
    for (Syntax.Subscript subscript : path.subscripts()) {
      if (subscript.key().isEmpty()) {
        throw new FilterError("invalid identifier: " + path.name() + "[\"\"]");
      }
    }
    return path.subscripts().stream().map(Syntax.Subscript::key).toList();
  }

  private static Typed.Reference element(FieldSchema field, List<Syntax.Subscript> subscripts) {
    Syntax.Subscript subscript = subscripts.getFirst();
    if (subscripts.size() > 1 || subscript.quoted() || subscript.key().length() > 9) {
      throw new FilterError("can only access array field with integer index");
    }
    int index = Integer.parseInt(subscript.key());
    return new Typed.Reference(
        new Operand.Element(field.id(), field.elementType().orElseThrow(), index), field);
  }
}
