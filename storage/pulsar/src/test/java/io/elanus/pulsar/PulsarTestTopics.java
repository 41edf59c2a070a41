package io.elanus.pulsar;

import io.elanus.brokers.TestTopics;
import io.elanus.log.LogStore;
import io.elanus.servers.PulsarBroker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Topics of the one broker of all tests. */
final class PulsarTestTopics implements TestTopics {
  private static final PulsarOptions.Timeouts SHORT =
      new PulsarOptions.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(1));

  private final PulsarBroker broker;
  private final String prefix = TestBroker.newPrefix();

  PulsarTestTopics() throws Exception {
    this.broker = TestBroker.get();
  }

  @Override
  public String topic() {
    return "persistent://public/default/" + prefix + CHANNEL;
  }

  @Override
  public LogStore open() throws Exception {
    return PulsarLogStore.open(TestBroker.options(prefix));
  }

  @Override
  public LogStore openImpatient() throws Exception {
    return PulsarLogStore.open(TestBroker.options(prefix).with(SHORT));
  }

  @Override
  public LogStore openNowhere() {
    return PulsarLogStore.open(
        PulsarOptions.of("pulsar://127.0.0.1:1", "http://127.0.0.1:1", prefix).with(SHORT));
  }

  @Override
  public void put(byte[] stamp, byte[] payload) throws Exception {
    ByteBuffer message = ByteBuffer.allocate(stamp.length + payload.length);
    message.put(stamp).put(payload);
    new RawTopic(topic()).put(List.of(message.array()));
  }

  @Override
  public void putForeign() throws Exception {
    new RawTopic(topic()).put(List.of("not ours".getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void repeat(int ordinal) throws Exception {
    var raw = new RawTopic(topic());
    raw.put(List.of(raw.messages().get(ordinal)));
  }

  @Override
  public void kill() throws Exception {
    broker.kill();
  }

  @Override
  public void start() throws Exception {
    broker.start();
  }

  @Override
  public void pause() throws Exception {
    broker.pause();
  }

  @Override
  public void resume() throws Exception {
    broker.resume();
  }
}
