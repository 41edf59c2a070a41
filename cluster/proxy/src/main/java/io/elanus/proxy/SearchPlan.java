package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Reads;
import java.util.List;
import java.util.Optional;

/**
 * Everything that is decided before a search is sent to its shards.
 *
 * @param search asks for {@code offset + limit} hits (groups, when grouping) of each query, or for
 *     an iterator's batch and the ties it has shown already
 * @param indexType of the searched field's index
 */
record SearchPlan(
    Catalogue.Collection collection,
    Reads.Search search,
    List<String> channels,
    int queries,
    int limit,
    int offset,
    int roundDecimal,
    OutputFields outputs,
    Optional<IteratorPage> page,
    Optional<SortOrder> order) {
  long timestamp() {
    return search.scope().timestamp();
  }

  Optional<Reads.GroupBy> groupBy() {
    return search.groupBy();
  }
}
