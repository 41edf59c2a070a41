package io.elanus.proxy;

import java.time.Duration;

/**
 * Limits and waits of a proxy; the default limits are Milvus's (its documentation, "Milvus
 * Limits").
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
  public static final ProxyConfig DEFAULT =
      new ProxyConfig(
          104_857_600L,
          16_384,
          16_384,
          64,
          10,
          16,
          1024,
          32_768,
          10,
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          65_536,
          1024);

  /** These limits with another staleness of Bounded reads. */
  public ProxyConfig withGracefulTime(Duration newGracefulTime) {
    return new ProxyConfig(
        maxResultBytes,
        maxTopK,
        maxQueries,
        maxFields,
        maxVectorFields,
        maxShards,
        maxPartitions,
        maxDimension,
        maxGroupSize,
        newGracefulTime,
        retryFor,
        idBlock,
        iterators);
  }
}
