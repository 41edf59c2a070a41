package io.elanus.segment;

import io.elanus.schema.Keys;

/**
 * What a query found.
 *
 * @param count of rows; when only counting, equal keys count as often as they occur
 * @param ordinals of the rows in ascending key order, of equal keys the newest; empty when only
 *     counting
 * @param timestamps of the rows
 */
public record Matches(long count, int[] ordinals, Keys keys, long[] timestamps) {}
