package io.elanus.kafka;

import io.elanus.brokers.Place;
import io.elanus.brokers.RecordSink;
import io.elanus.brokers.RecordSource;
import io.elanus.brokers.Topic;

/**
 * A topic of one partition, which is counted through by offsets.
 *
 * @param topics that it is one of
 */
record KafkaTopic(String name, KafkaTopics topics, KafkaClients clients) implements Topic {
  @Override
  public Retained retained() {
    return topics.retained(name);
  }

  @Override
  public RecordSource readFrom(Place place) {
    return new KafkaSource(clients.consumer(name), name, place.entry());
  }

  @Override
  public RecordSink sink() {
    return new KafkaSink(clients.producer(name), name);
  }

  @Override
  public void cutBelow(Place place) {
    topics.cutBelow(name, place.entry());
  }
}
