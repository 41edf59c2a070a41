package io.elanus.schema;

import java.util.Map;
import java.util.Optional;

/**
 * One field of a collection.
 *
 * @param id from {@link CollectionSchema#FIRST_USER_FIELD} upwards, never reused; 0 before the
 *     coordinator gave one
 * @param elementType of an array; empty otherwise
 * @param dynamic the hidden JSON field {@code $meta} that holds undeclared keys
 * @param parameters type parameters as given (dim, max_length, max_capacity, …), decimal or JSON
 *     text
 */
public record FieldSchema(
    long id,
    String name,
    String description,
    DataType type,
    Optional<DataType> elementType,
    boolean primaryKey,
    boolean autoId,
    boolean partitionKey,
    boolean clusteringKey,
    boolean nullable,
    boolean dynamic,
    Optional<Value> defaultValue,
    Map<String, String> parameters) {
  public FieldSchema {
    parameters = Map.copyOf(parameters);
  }

  /** Elements of a dense vector; 0 for other types. */
  public int dimension() {
    return intParameter("dim", 0);
  }

  /** Most bytes of a VarChar value (or of a VarChar array element). */
  public int maxLength() {
    return intParameter("max_length", 65535);
  }

  /** Most elements of an array. */
  public int maxCapacity() {
    return intParameter("max_capacity", 4096);
  }

  public FieldSchema withId(long newId) {
    return new FieldSchema(
        newId,
        name,
        description,
        type,
        elementType,
        primaryKey,
        autoId,
        partitionKey,
        clusteringKey,
        nullable,
        dynamic,
        defaultValue,
        parameters);
  }

  public FieldSchema withParameters(Map<String, String> newParameters) {
    return new FieldSchema(
        id,
        name,
        description,
        type,
        elementType,
        primaryKey,
        autoId,
        partitionKey,
        clusteringKey,
        nullable,
        dynamic,
        defaultValue,
        newParameters);
  }

  public FieldSchema withDescription(String newDescription) {
    return new FieldSchema(
        id,
        name,
        newDescription,
        type,
        elementType,
        primaryKey,
        autoId,
        partitionKey,
        clusteringKey,
        nullable,
        dynamic,
        defaultValue,
        parameters);
  }

  /** The same field with other rules for rows that have no value. */
  public FieldSchema withNulls(boolean newNullable, Optional<Value> newDefaultValue) {
    return new FieldSchema(
        id,
        name,
        description,
        type,
        elementType,
        primaryKey,
        autoId,
        partitionKey,
        clusteringKey,
        newNullable,
        dynamic,
        newDefaultValue,
        parameters);
  }

  private int intParameter(String key, int otherwise) {
    String text = parameters.get(key);
    return text == null ? otherwise : Integer.parseInt(text);
  }
}
