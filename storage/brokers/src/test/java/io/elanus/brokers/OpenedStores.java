package io.elanus.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.AppendResult;
import io.elanus.log.Log;
import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import io.elanus.log.LogStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Several stores on the same topics, as several processes would have them. */
final class OpenedStores implements AutoCloseable {

  private final TestTopics topics;
  private final List<LogStore> stores = new ArrayList<>();

  OpenedStores(TestTopics topics) {
    this.topics = topics;
  }

  /** The channel's log in a store of its own. */
  Log open() throws Exception {
    return open(topics.open());
  }

  Log open(LogStore store) {
    stores.add(store);
    return store.open(TestTopics.CHANNEL);
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
    stores.forEach(LogStore::close);
  }
}
