/**
 * The log on Kafka: a topic of one partition for each physical channel ({@link KafkaLogStore}). No
 * transactions and no consumer groups: what a log in a topic needs beside bytes in an order is in
 * {@link io.elanus.brokers}. The only room that loads a class of Kafka; it is used only when
 * configured.
 */
@NullMarked
package io.elanus.kafka;

import org.jspecify.annotations.NullMarked;
