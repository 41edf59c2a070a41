/**
 * The log: ordered, durable records of physical channels, written at an epoch and read from a
 * position. The contract ({@link io.elanus.log.LogStore}, {@link io.elanus.log.Log}), a form in
 * memory and the local form on preallocated append-only files.
 *
 * <p>Knows nothing of what a payload means, of timestamps, virtual channels or requests; grouping
 * of waiting writes is the caller's. Brokers and RocksDB live in rooms of their own.
 */
@NullMarked
package io.elanus.log;

import org.jspecify.annotations.NullMarked;
