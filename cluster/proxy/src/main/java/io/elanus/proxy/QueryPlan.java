package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Reads;
import java.util.List;

/**
 * Everything that is decided before a query is sent to its shards.
 *
 * @param limit of rows; -1: all
 * @param countOnly the answer is the number of rows
 */
record QueryPlan(
    Catalogue.Collection collection,
    Reads.Query query,
    List<String> channels,
    long offset,
    long limit,
    boolean countOnly,
    OutputFields outputs) {}
