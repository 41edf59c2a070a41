package io.elanus.kafka;

import io.elanus.log.Log;
import io.elanus.log.LogLimits;
import io.elanus.log.LogStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Logs in Kafka: a topic of one partition for each channel, named prefix and channel. No state is
 * kept beside the topics. Channels whose names differ only in {@code .} and {@code _} exclude each
 * other, as Kafka has it.
 *
 * <p>A log that is opened reads what its topic retains, and follows it on a thread of its own until
 * it is closed. One that could not be read further, because of damage or because others cut what it
 * had not read yet, looks again when its channel is opened again. Unreachable brokers are
 * UNAVAILABLE, after {@link KafkaOptions.Timeouts#delivery}; what brokers refuse is IO_FAILED. What
 * an append that failed means: {@link KafkaLog}.
 */
public final class KafkaLogStore implements LogStore {
  private final KafkaOptions options;
  private final KafkaClients clients;
  private final KafkaTopics topics;
  private final RandomGenerator random;
  private final Map<String, KafkaLog> logs = new ConcurrentHashMap<>();

  /** One attempt at a time to open a channel; other channels do not wait for it. */
  private final Map<String, Object> turns = new ConcurrentHashMap<>();

  private volatile boolean closed;

  private KafkaLogStore(KafkaOptions options, RandomGenerator random) {
    this.options = options;
    this.clients = new KafkaClients(options);
    this.topics = new KafkaTopics(clients.admin(), options);
    this.random = random;
  }

  /**
   * A store; brokers are asked when a channel is.
   *
   * @throws io.elanus.schema.ElanusException INVALID_PARAMETER when Kafka's clients refuse the
   *     options
   */
  public static KafkaLogStore open(KafkaOptions options) {
    return open(options, new SecureRandom());
  }

  /**
   * The same.
   *
   * @param random tells the writers of this store from those of others
   */
  public static KafkaLogStore open(KafkaOptions options, RandomGenerator random) {
    return new KafkaLogStore(options, random);
  }

  @Override
  public Log open(String channel) {
    LogLimits.checkChannel(channel);
    synchronized (turn(channel)) {
      checkOpen();
      KafkaLog log = logs.get(channel);
      if (log != null && log.isDamaged()) {
        logs.remove(channel);
        log.close();
        log = null;
      }
      return log == null ? kept(channel, opened(channel)) : log;
    }
  }

  private Object turn(String channel) {
    return turns.computeIfAbsent(channel, any -> new Object());
  }

  private synchronized KafkaLog kept(String channel, KafkaLog log) {
    if (closed) {
      log.close();
      throw LogLimits.closed();
    }
    logs.put(channel, log);
    return log;
  }

  private KafkaLog opened(String channel) {
    String topic = topics.topicOf(channel);
    topics.create(topic);
    long writer = newWriter();
    Duration patience = options.timeouts().delivery();
    TopicTail tail = TopicTail.open(clients, topic, writer, patience);
    return new KafkaLog(channel, options, clients, topics, tail, writer);
  }

  /** Zero stands for none. */
  private long newWriter() {
    long writer = random.nextLong();
    return writer == 0 ? newWriter() : writer;
  }

  @Override
  public void delete(String channel) {
    LogLimits.checkChannel(channel);
    synchronized (turn(channel)) {
      checkOpen();
      KafkaLog log = logs.remove(channel);
      if (log != null) {
        log.close();
      }
      topics.delete(topics.topicOf(channel));
    }
  }

  @Override
  public List<String> channels() {
    checkOpen();
    return topics.channels();
  }

  @Override
  public boolean reachable(Duration within) {
    checkOpen();
    return topics.reachable(within);
  }

  private void checkOpen() {
    if (closed) {
      throw LogLimits.closed();
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      logs.values().forEach(KafkaLog::close);
      topics.close();
    }
  }
}
