package io.elanus.pulsar;

import io.elanus.brokers.Place;
import io.elanus.brokers.RecordSink;
import io.elanus.brokers.RecordSource;
import io.elanus.brokers.Topic;

/**
 * A topic without partitions; a place is ledger and entry of a message.
 *
 * @param topics that it is one of
 */
record PulsarTopic(String name, PulsarTopics topics, PulsarClients clients) implements Topic {
  @Override
  public Retained retained() {
    return topics.retained(name);
  }

  @Override
  public RecordSource readFrom(Place place) {
    return new PulsarSource(clients.reader(name, place), name);
  }

  @Override
  public RecordSink sink() {
    return new PulsarSink(clients.producer(name), name);
  }

  @Override
  public void cutBelow(Place place) {
    topics.cutBelow(name, place);
  }
}
