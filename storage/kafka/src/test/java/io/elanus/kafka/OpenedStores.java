package io.elanus.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.AppendResult;
import io.elanus.log.Log;
import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Several stores on the same topics, as several processes would have them. */
final class OpenedStores implements AutoCloseable {
  static final String CHANNEL = "channel-0";

  final String prefix = TestBroker.newPrefix();
  private final List<KafkaLogStore> stores = new ArrayList<>();

  String topic() {
    return prefix + CHANNEL;
  }

  /** The channel's log in a store of its own. */
  Log open() throws Exception {
    return open(TestBroker.options(prefix));
  }

  Log open(KafkaOptions options) {
    KafkaLogStore store = KafkaLogStore.open(options);
    stores.add(store);
    return store.open(CHANNEL);
  }

  static List<ByteBuffer> payloads(String... texts) {
    return Stream.of(texts)
        .map(text -> ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  static void append(Log log, long epoch, String... texts) {
    assertThat(log.append(epoch, payloads(texts))).isInstanceOf(AppendResult.Appended.class);
  }

  static String text(LogRecord record) {
    return StandardCharsets.UTF_8.decode(record.payload().duplicate()).toString();
  }

  static List<String> texts(Log log) {
    try (LogReader reader = log.read(log.firstPosition())) {
      List<String> texts = new ArrayList<>();
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        texts.add(text(next.get()));
      }
      return texts;
    }
  }

  @Override
  public void close() {
    stores.forEach(KafkaLogStore::close);
  }
}
