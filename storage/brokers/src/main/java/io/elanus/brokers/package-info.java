/**
 * The log in topics of a broker, whichever it is ({@link BrokerLogStore}).
 *
 * <p>A broker keeps bytes in an order and nothing more: none of its own ways to tell who may write
 * is used. Who may is told by barriers in the topic ({@link Succession}), and a write is
 * acknowledged once it has been read back ({@link TopicTail}). What speaks to a broker stands
 * behind {@link Topics}, in a room of its own for each.
 */
@NullMarked
package io.elanus.brokers;

import org.jspecify.annotations.NullMarked;
