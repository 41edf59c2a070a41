/**
 * The log on Pulsar: a topic without partitions for each physical channel ({@link PulsarLogStore}),
 * with a subscription that nobody reads, whose cursor says what must be retained. No exclusive
 * producers, no transactions, no chunks: what a log in a topic needs beside bytes in an order is in
 * {@link io.elanus.brokers}. The only room that loads a class of Pulsar; it is used only when
 * configured.
 */
@NullMarked
package io.elanus.pulsar;

import org.jspecify.annotations.NullMarked;
