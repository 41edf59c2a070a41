package io.elanus.proxy;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.roles.Catalogue;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.util.List;
import java.util.Optional;

/**
 * What {@code partitionkey.isolation} asks of a search: its filter names one value of the partition
 * key by {@code ==}. Queries and deletes are free of it, as in Milvus.
 */
final class PartitionIsolation {
  private final long key;

  private PartitionIsolation(long key) {
    this.key = key;
  }

  /** Throws INVALID_PARAMETER when the collection is isolated and the filter does not comply. */
  static void check(Catalogue.Collection collection, Filter filter) {
    Optional<FieldSchema> key = collection.schema().partitionKey();
    if (key.isEmpty()
        || !PropertyChecks.isTrue(collection.properties(), PropertyChecks.ISOLATION)
        || filter instanceof Filter.Nothing) {
      return;
    }
    if (!new PartitionIsolation(key.get().id()).named(filter)) {
      throw ElanusException.invalid(
          "partition key not found in expr or the expr is invalid when validating partition key"
              + " isolation");
    }
  }

  /** Whether the filter bounds the key; throws where it does so in a way that is not one value. */
  private boolean named(Filter filter) {
    return switch (filter) {
      case Filter.Compare compare ->
          isKey(compare.operand())
              && (compare.comparison() == Comparison.EQUAL || refuse(name(compare.comparison())));
      case Filter.AnyOf anyOf -> isKey(anyOf.operand()) && refuse("IN");
      case Filter.Range range -> isKey(range.operand()) && refuse("BinaryRange");
      case Filter.Like like -> isKey(like.operand()) && refuse("Match");
      case Filter.Regex regex -> isKey(regex.operand()) && refuse("RegexMatch");
      case Filter.Not not -> named(not.operand()) && refuse("NOT");
      case Filter.Definite definite -> named(definite.operand());
      case Filter.All all -> anyNamed(all.operands());
      case Filter.Any any -> anyNamed(any.operands()) && refuse("OR");
      case Filter.Sample sample -> named(sample.filter());
      case Filter.Everything everything -> false;
      case Filter.Nothing nothing -> false;
      case Filter.CompareFields fields -> false;
      case Filter.Arithmetic arithmetic -> false;
      case Filter.StartsWith startsWith -> false;
      case Filter.IsNull isNull -> false;
      case Filter.Exists exists -> false;
      case Filter.Contains contains -> false;
      case Filter.ArrayLength length -> false;
    };
  }

  /** All are looked at, so that each bad one is refused. */
  private boolean anyNamed(List<Filter> filters) {
    boolean any = false;
    for (Filter filter : filters) {
      any |= named(filter);
    }
    return any;
  }

  private boolean isKey(Operand operand) {
    return operand.fieldId() == key;
  }

  private static boolean refuse(String what) {
    throw ElanusException.invalid("partition key isolation does not support " + what);
  }

  private static String name(Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> "Equal";
      case NOT_EQUAL -> "NotEqual";
      case LESS -> "LessThan";
      case LESS_OR_EQUAL -> "LessEqual";
      case GREATER -> "GreaterThan";
      case GREATER_OR_EQUAL -> "GreaterEqual";
    };
  }
}
