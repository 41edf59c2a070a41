package io.elanus.expression;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What can be read off a filter without rows.
 *
 * @param everything the filter is TRUE for every row
 * @param nothing the filter is TRUE for no row
 * @param exactKeys present when the filter is TRUE exactly for the rows with these primary keys
 * @param keys present when only rows with these primary keys can match (a superset)
 * @param lowestKey no row with a lower primary key can match (inclusive)
 * @param highestKey no row with a higher primary key can match (inclusive)
 * @param partitionKeys present when only rows with these partition-key values can match
 * @param fieldIds every field that the filter reads
 */
public record FilterFacts(
    boolean everything,
    boolean nothing,
    Optional<Keys> exactKeys,
    Optional<Keys> keys,
    Optional<Value> lowestKey,
    Optional<Value> highestKey,
    Optional<List<Value>> partitionKeys,
    Set<Long> fieldIds) {
  public FilterFacts {
    partitionKeys = partitionKeys.map(List::copyOf);
    fieldIds = Set.copyOf(fieldIds);
  }

  public static FilterFacts of(Filter filter, CollectionSchema schema) {
    long key = schema.primaryKey().id();
    DataType keyType = schema.primaryKey().type();
    Bounds keyBounds = Bounds.of(filter, key);
    Optional<List<Value>> partitions =
        schema
            .partitionKey()
            .map(FieldSchema::id)
            .flatMap(id -> Bounds.of(filter, id).values().map(Terms::values));
    boolean nothing = filter instanceof Filter.Nothing || keyBounds.isEmpty();
    return new FilterFacts(
        filter instanceof Filter.Everything,
        nothing,
        exact(filter, key).map(terms -> keys(terms, keyType)),
        keyBounds.values().map(terms -> keys(terms, keyType)),
        keyBounds.low(),
        keyBounds.high(),
        partitions,
        fieldIds(filter));
  }

  /** The terms when the filter is just {@code field == x} or {@code field in […]}. */
  private static Optional<Terms> exact(Filter filter, long field) {
    return switch (filter) {
      case Filter.Compare(Operand.Field(long id, var type), Comparison comparison, Value value)
          when id == field && comparison == Comparison.EQUAL ->
          Optional.of(Connectives.terms(List.of(value)));
      case Filter.AnyOf(Operand.Field(long id, var type), Terms terms) when id == field ->
          Optional.of(terms);
      default -> Optional.empty();
    };
  }

  private static Keys keys(Terms terms, DataType type) {
    if (terms.isEmpty()) {
      return type == DataType.VARCHAR ? Keys.of(List.of()) : Keys.of();
    }
    return switch (terms) {
      case Terms.Longs longs -> Keys.of(longs.sorted().clone());
      case Terms.Texts texts -> Keys.of(texts.sorted());
      case Terms.Doubles doubles -> throw new IllegalStateException("no key is a double");
      case Terms.Booleans booleans -> throw new IllegalStateException("no key is a boolean");
    };
  }

  private static Set<Long> fieldIds(Filter filter) {
    Set<Long> ids = new HashSet<>();
    collect(filter, ids);
    return ids;
  }

  private static void collect(Filter filter, Set<Long> ids) {
    switch (filter) {
      case Filter.Everything everything -> {}
      case Filter.Nothing nothing -> {}
      case Filter.Compare compare -> ids.add(compare.operand().fieldId());
      case Filter.Range range -> ids.add(range.operand().fieldId());
      case Filter.AnyOf anyOf -> ids.add(anyOf.operand().fieldId());
      case Filter.CompareFields fields -> {
        ids.add(fields.left().fieldId());
        ids.add(fields.right().fieldId());
      }
      case Filter.StartsWith startsWith -> {
        ids.add(startsWith.text().fieldId());
        ids.add(startsWith.prefix().fieldId());
      }
      case Filter.Arithmetic arithmetic -> ids.add(arithmetic.operand().fieldId());
      case Filter.Like like -> ids.add(like.operand().fieldId());
      case Filter.Regex regex -> ids.add(regex.operand().fieldId());
      case Filter.IsNull isNull -> ids.add(isNull.fieldId());
      case Filter.Exists exists -> ids.add(exists.path().fieldId());
      case Filter.Contains contains -> ids.add(contains.operand().fieldId());
      case Filter.ArrayLength length -> ids.add(length.operand().fieldId());
      case Filter.Not not -> collect(not.operand(), ids);
      case Filter.Definite definite -> collect(definite.operand(), ids);
      case Filter.All all -> all.operands().forEach(operand -> collect(operand, ids));
      case Filter.Any any -> any.operands().forEach(operand -> collect(operand, ids));
      case Filter.Sample sample -> collect(sample.filter(), ids);
    }
  }
}
