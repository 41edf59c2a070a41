package io.elanus.brokers;

import static io.elanus.brokers.OpenedStores.append;
import static io.elanus.brokers.OpenedStores.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.Log;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records that somebody else put into a topic, or that came twice. */
public abstract class ForeignRecordsContract {
  private TestTopics topics;
  private OpenedStores stores;

  /** New topics of a broker that runs; a test that cannot have one is skipped. */
  protected abstract TestTopics topics() throws Exception;

  @BeforeEach
  final void findTopics() throws Exception {
    topics = topics();
    stores = new OpenedStores(topics);
  }

  @AfterEach
  final void close() {
    if (stores != null) { // its broker may not be there, and the test skipped
      stores.close();
    }
  }

  private void put(RecordStamp stamp, String text) throws Exception {
    byte[] payload = bytes(text);
    topics.put(stamp.encode(ByteBuffer.wrap(payload)), payload);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static RecordStamp data(long epoch, long writer, long position, long group) {
    return new RecordStamp(RecordStamp.DATA, epoch, writer, position, group, 5);
  }

  @Test
  void aRecordThatCameTwiceIsReadOnce() throws Exception {
    Log log = stores.open();
    append(log, 1, "one", "two");
    topics.repeat(1); // behind the barrier
    append(log, 1, "three");
    assertThat(texts(log)).containsExactly("one", "two", "three");
    assertThat(texts(stores.open())).containsExactly("one", "two", "three");
  }

  @Test
  void recordsOfASupersededWriterAreNotRead() throws Exception {
    Log log = stores.open();
    append(log, 4, "one");
    put(data(3, 99, log.endPosition(), log.endPosition()), "stale");
    put(data(4, 99, log.endPosition(), log.endPosition()), "alien");
    append(log, 4, "two");
    assertThat(texts(stores.open())).containsExactly("one", "two");
  }

  /** An acknowledged record that the brokers lost is told by the next append of its writer. */
  @Test
  void aGapBetweenTwoAppendsIsDamage() throws Exception {
    Log log = stores.open();
    put(new RecordStamp(RecordStamp.BARRIER, 2, 99, 0, 0, 0), "");
    put(data(2, 99, 0, 0), "first");
    put(data(2, 99, 106, 106), "third");
    assertDamaged(2, "missing");
    awaitDamage(log);
  }

  @Test
  void aForeignRecordIsDamageWithAPlace() throws Exception {
    Log log = stores.open();
    append(log, 1, "one");
    topics.putForeign();
    assertDamaged(2, "not the log's");
    awaitDamage(log);
    assertThat(log.endPosition()).isPositive();
  }

  @Test
  void aPayloadThatDiffersFromItsStampIsDamage() throws Exception {
    stores.open();
    put(new RecordStamp(RecordStamp.BARRIER, 2, 99, 0, 0, 0), "");
    topics.put(data(2, 99, 0, 0).encode(ByteBuffer.wrap(bytes("first"))), bytes("firsT"));
    assertDamaged(1, "damaged");
  }

  /** For whoever opens the log. */
  private void assertDamaged(long offset, String sentence) {
    assertThatThrownBy(stores::open)
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INTEGRITY);
              assertThat(failure.getMessage())
                  .contains(sentence, "[topic=" + topics.topic() + "]")
                  .containsPattern("\\[offset=([0-9]+:)?" + offset + "]");
            });
  }

  /** For whoever had it open. */
  private static void awaitDamage(Log log) {
    assertThatThrownBy(
            () -> {
              for (int count = 0; count < 1_000; count++) {
                log.append(9, OpenedStores.payloads("more"));
              }
            })
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INTEGRITY));
  }
}
