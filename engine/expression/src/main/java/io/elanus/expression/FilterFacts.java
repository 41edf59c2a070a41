package io.elanus.expression;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Value;
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
    throw new UnsupportedOperationException("not written yet: " + filter + schema.name());
  }
}
