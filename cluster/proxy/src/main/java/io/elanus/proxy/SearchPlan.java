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
 * @param present whether the i-th query has a vector; {@code search} holds those that have one
 */
record SearchPlan(
    Catalogue.Collection collection,
    Reads.Search search,
    List<String> channels,
    boolean[] present,
    int limit,
    int offset,
    int roundDecimal,
    OutputFields outputs,
    Optional<IteratorPage> page,
    Optional<SortOrder> order) {
  /** Queries of the request, those without a vector too. */
  int queries() {
    return present.length;
  }

  /** Queries that the shards are asked. */
  int asked() {
    return search.queries().rows();
  }

  Optional<Reads.GroupBy> groupBy() {
    return search.groupBy();
  }
}
