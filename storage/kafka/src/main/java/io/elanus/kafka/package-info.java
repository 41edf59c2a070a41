/**
 * The log on Kafka: a topic of one partition for each physical channel ({@link KafkaLogStore}).
 *
 * <p>The broker keeps bytes in an order and nothing more: no transactions and no consumer groups.
 * Who may write is told by barriers in the topic ({@link Succession}), and a write is acknowledged
 * once it has been read back ({@link TopicTail}). The only room that loads a class of Kafka; it is
 * used only when configured.
 */
@NullMarked
package io.elanus.kafka;

import org.jspecify.annotations.NullMarked;
