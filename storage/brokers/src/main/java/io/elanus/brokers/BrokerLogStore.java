package io.elanus.brokers;

import io.elanus.log.Log;
import io.elanus.log.LogLimits;
import io.elanus.log.LogStore;
import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Logs in the topics of a broker. No state is kept beside the topics.
 *
 * <p>A log that is opened reads what its topic retains, and follows it on a thread of its own until
 * it is closed. One that could not be read further, because of damage or because others cut what it
 * had not read yet, looks again when its channel is opened again. What an append that failed means:
 * {@link BrokerLog}.
 */
public final class BrokerLogStore implements LogStore {
  /**
   * What a log asks of its topic.
   *
   * @param maxRecordBytes the largest payload
   * @param record how long the broker may take to bring a record that it has
   * @param append how long an append may be on its way; then its fate is unknown
   */
  public record Limits(int maxRecordBytes, Duration record, Duration append) {
    public Limits {
      if (maxRecordBytes < 1) {
        throw ElanusException.invalid("the log's record size must be positive")
            .with("maxRecordBytes", maxRecordBytes);
      }
    }
  }

  private final Topics topics;
  private final Limits limits;
  private final RandomGenerator random;
  private final Map<String, BrokerLog> logs = new ConcurrentHashMap<>();

  /** One attempt at a time to open a channel; other channels do not wait for it. */
  private final Map<String, Object> turns = new ConcurrentHashMap<>();

  private volatile boolean closed;

  /**
   * A store; the broker is asked when a channel is.
   *
   * @param topics closed with this
   * @param random tells the writers of this store from those of others
   */
  public BrokerLogStore(Topics topics, Limits limits, RandomGenerator random) {
    this.topics = topics;
    this.limits = limits;
    this.random = random;
  }

  @Override
  public Log open(String channel) {
    LogLimits.checkChannel(channel);
    synchronized (turn(channel)) {
      checkOpen();
      BrokerLog log = logs.get(channel);
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

  private synchronized BrokerLog kept(String channel, BrokerLog log) {
    if (closed) {
      log.close();
      throw LogLimits.closed();
    }
    logs.put(channel, log);
    return log;
  }

  private BrokerLog opened(String channel) {
    Topic topic = topics.open(channel);
    long writer = newWriter();
    TopicTail tail = TopicTail.open(topic, writer, limits.record());
    return new BrokerLog(channel, topic, limits, tail, writer);
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
      BrokerLog log = logs.remove(channel);
      if (log != null) {
        log.close();
      }
      topics.delete(channel);
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
      logs.values().forEach(BrokerLog::close);
      topics.close();
    }
  }
}
