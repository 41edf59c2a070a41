package io.elanus.embedded;

import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a collection is to be; each method gives a spec with one thing more.
 *
 * @param indexes index parameters by vector field
 * @param dynamic rows may carry fields that are not declared
 */
public record CollectionSpec(
    String name,
    List<FieldSchema> fields,
    Map<String, Map<String, String>> indexes,
    boolean dynamic) {
  public CollectionSpec {
    fields = List.copyOf(fields);
    indexes = Map.copyOf(indexes);
  }

  public static CollectionSpec named(String name) {
    return new CollectionSpec(name, List.of(), Map.of(), false);
  }

  /** The primary key, given with each row. */
  public CollectionSpec longKey(String field) {
    return with(key(field, DataType.INT64, false, Map.of()));
  }

  /** The primary key, made by the database. */
  public CollectionSpec generatedKey(String field) {
    return with(key(field, DataType.INT64, true, Map.of()));
  }

  public CollectionSpec textKey(String field, int maxBytes) {
    return with(
        key(field, DataType.VARCHAR, false, Map.of("max_length", String.valueOf(maxBytes))));
  }

  public CollectionSpec text(String field, int maxBytes) {
    return scalar(field, DataType.VARCHAR, Map.of("max_length", String.valueOf(maxBytes)));
  }

  public CollectionSpec scalar(String field, DataType type) {
    return scalar(field, type, Map.of());
  }

  /** A float vector with an index that the database chooses. */
  public CollectionSpec vector(String field, int dimension, Metric metric) {
    return vector(
        field,
        DataType.FLOAT_VECTOR,
        dimension,
        Map.of("index_type", "AUTOINDEX", "metric_type", metric.name()));
  }

  /**
   * @param index index_type, metric_type and build parameters
   */
  public CollectionSpec vector(
      String field, DataType type, int dimension, Map<String, String> index) {
    Map<String, String> parameters =
        type == DataType.SPARSE_FLOAT_VECTOR ? Map.of() : Map.of("dim", String.valueOf(dimension));
    Map<String, Map<String, String>> more = new LinkedHashMap<>(indexes);
    more.put(field, Map.copyOf(index));
    CollectionSpec with = scalar(field, type, parameters);
    return new CollectionSpec(name, with.fields, more, dynamic);
  }

  public CollectionSpec dynamicFields() {
    return new CollectionSpec(name, fields, indexes, true);
  }

  /** A field of any kind. */
  public CollectionSpec with(FieldSchema field) {
    List<FieldSchema> more = new ArrayList<>(fields);
    more.add(field);
    return new CollectionSpec(name, more, indexes, dynamic);
  }

  private CollectionSpec scalar(String field, DataType type, Map<String, String> parameters) {
    return with(schema(field, type, false, false, parameters));
  }

  private static FieldSchema key(
      String field, DataType type, boolean generated, Map<String, String> parameters) {
    return schema(field, type, true, generated, parameters);
  }

  private static FieldSchema schema(
      String field, DataType type, boolean key, boolean generated, Map<String, String> parameters) {
    return new FieldSchema(
        0,
        field,
        "",
        type,
        Optional.empty(),
        key,
        generated,
        false,
        false,
        false,
        false,
        Optional.empty(),
        parameters);
  }
}
