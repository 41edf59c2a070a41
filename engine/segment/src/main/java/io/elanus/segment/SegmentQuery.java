package io.elanus.segment;

import io.elanus.expression.Filter;
import java.util.Optional;

/**
 * A query of one segment.
 *
 * @param limit most rows wanted, in key order; -1: all
 * @param afterKey only rows with a greater key, {@code Long} or {@code String}
 * @param countOnly answer the number of rows alone; limit and afterKey are not looked at
 */
public record SegmentQuery(
    Filter filter,
    long readTimestamp,
    long expiredBefore,
    long limit,
    Optional<Comparable<?>> afterKey,
    boolean countOnly) {}
