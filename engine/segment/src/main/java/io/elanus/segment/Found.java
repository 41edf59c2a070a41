package io.elanus.segment;

/**
 * The newest visible row of each key asked for, aligned with the keys.
 *
 * @param ordinals -1 where no row is visible
 * @param timestamps of the rows; 0 where none is visible
 */
public record Found(int[] ordinals, long[] timestamps) {}
