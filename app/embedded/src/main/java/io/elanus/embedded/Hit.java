package io.elanus.embedded;

/**
 * @param key Long or String
 * @param score as the metric gives it: a distance (L2 squared) or a similarity
 * @param row the output fields asked for
 */
public record Hit(Object key, float score, Row row) {}
