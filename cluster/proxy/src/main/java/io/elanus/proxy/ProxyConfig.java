package io.elanus.proxy;

import java.time.Duration;

/**
 * Limits and waits of a proxy.
 *
 * @param gracefulTime how old a Bounded read may be
 * @param retryFor how long a write or a read is repeated while a channel has no owner
 * @param idBlock ids taken from RootCoord at a time
 * @param iterators search iterators whose ties are remembered
 */
public record ProxyConfig(
    long maxResultBytes,
    int maxTopK,
    int maxQueries,
    int maxFields,
    int maxVectorFields,
    int maxShards,
    int maxPartitions,
    int maxDimension,
    int maxGroupSize,
    Duration gracefulTime,
    Duration retryFor,
    int idBlock,
    int iterators) {
  /** With Milvus's limits (its documentation, "Milvus Limits") and what is no setting. */
  public ProxyConfig(Duration gracefulTime) {
    this(
        104_857_600L,
        16_384,
        16_384,
        64,
        10,
        16,
        1024,
        32_768,
        10,
        gracefulTime,
        Duration.ofSeconds(20),
        65_536,
        1024);
  }
}
