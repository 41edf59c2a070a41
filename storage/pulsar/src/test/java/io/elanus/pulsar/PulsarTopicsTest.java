package io.elanus.pulsar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.AppendResult.Appended;
import io.elanus.log.Log;
import io.elanus.log.LogReader;
import io.elanus.log.LogStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.admin.PulsarAdmin;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What brokers retain, and what they would not. */
@Tag("long")
final class PulsarTopicsTest {
  private static final String CHANNEL = "channel-0";

  private final String prefix = TestBroker.newPrefix();
  private final String topic = "persistent://public/default/" + prefix + CHANNEL;
  private final List<LogStore> stores = new ArrayList<>();
  private PulsarAdmin admin;

  @BeforeEach
  void connect() throws Exception {
    admin = PulsarAdmin.builder().serviceHttpUrl(TestBroker.get().adminUrl()).build();
  }

  @AfterEach
  void close() {
    stores.forEach(LogStore::close);
    if (admin != null) {
      admin.close();
    }
  }

  private Log open(PulsarOptions options) {
    LogStore store = PulsarLogStore.open(options);
    stores.add(store);
    return store.open(CHANNEL);
  }

  private Log open() throws Exception {
    return open(TestBroker.options(prefix));
  }

  /** Records of 1000 bytes, one an append; the first byte counts. */
  private static void append(Log log, int count) {
    for (int ordinal = 0; ordinal < count; ordinal++) {
      ByteBuffer payload = ByteBuffer.allocate(1_000).put(0, (byte) ordinal);
      assertThat(log.append(1, List.of(payload))).isInstanceOf(Appended.class);
    }
  }

  private static int count(Log log) {
    try (LogReader reader = log.read(log.firstPosition())) {
      int count = 0;
      while (reader.next().isPresent()) {
        count++;
      }
      return count;
    }
  }

  private int ledgers() throws Exception {
    return admin.topics().getInternalStats(topic).ledgers.size();
  }

  @Test
  void aLogOfSeveralLedgersIsReadInOrderAndItsSpaceComesBack() throws Exception {
    Log log = open();
    append(log, 450);
    assertThat(ledgers()).isGreaterThan(3);
    assertThat(count(open())).isEqualTo(450);
    log.cutBelow(log.endPosition());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (ledgers() > 2 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(ledgers()).isLessThanOrEqualTo(2);
    Log again = open();
    assertThat(again.firstPosition()).isEqualTo(log.firstPosition()).isPositive();
    assertThat(again.endPosition()).isEqualTo(log.endPosition());
    append(again, 5);
    assertThat(count(again)).isEqualTo(count(open())).isGreaterThan(5);
  }

  @Test
  void aCutOutlivesTheBroker() throws Exception {
    Log log = open();
    append(log, 300);
    log.fence(7);
    log.cutBelow(log.endPosition());
    long first = log.firstPosition();
    TestBroker.get().kill();
    TestBroker.get();
    Log again = open();
    assertThat(first).isPositive();
    assertThat(again.firstPosition()).isEqualTo(first);
    assertThat(again.endPosition()).isEqualTo(log.endPosition());
    assertThat(again.epoch()).isEqualTo(7);
  }

  /** Two processes cut, the second one lower: nothing comes back. */
  @Test
  void aCutIsNotTakenBack() throws Exception {
    Log log = open();
    append(log, 300);
    Log other = open();
    log.cutBelow(log.endPosition());
    other.cutBelow(150_000);
    assertThat(open().firstPosition()).isEqualTo(log.firstPosition());
  }

  @Test
  void aNamespaceThatLetsALogExpireIsRefused() throws Exception {
    String namespace = "public/expiring-" + UUID.randomUUID();
    admin.namespaces().createNamespace(namespace);
    admin.namespaces().setNamespaceMessageTTL(namespace, 3_600);
    PulsarOptions options = TestBroker.options(prefix).in(namespace);
    assertCode(ErrorCode.INVALID_PARAMETER, () -> open(options));
    admin.namespaces().removeNamespaceMessageTTL(namespace);
    admin.namespaces().setSubscriptionExpirationTime(namespace, 60);
    assertCode(ErrorCode.INVALID_PARAMETER, () -> open(options));
    admin.namespaces().setSubscriptionExpirationTime(namespace, 0);
    append(open(options), 1);
  }

  @Test
  void aTopicThatNothingRetainsIsToldOf() throws Exception {
    Log log = open();
    append(log, 300); // more than a tail has at hand
    admin.topics().deleteSubscription(topic, PulsarTopics.SUBSCRIPTION);
    assertCode(ErrorCode.DATA_INTEGRITY, () -> count(log));
    Log again = open(); // of what brokers have not dropped yet
    assertThat(again.endPosition()).isEqualTo(log.endPosition());
    append(again, 1);
    assertThat(count(again)).isBetween(1, 301);
  }

  @Test
  void aRecordThatIsLargerThanBrokersTakeIsRefused() throws Exception {
    Log log = open(TestBroker.options(prefix).withMaxRecordBytes(6 << 20));
    ByteBuffer large = ByteBuffer.allocate(6 << 20);
    assertCode(ErrorCode.IO_FAILED, () -> log.append(1, List.of(large)));
  }

  @Test
  void aStoreKnowsWhetherItsBrokerAnswers() throws Exception {
    try (LogStore store = PulsarLogStore.open(TestBroker.options(prefix))) {
      assertThat(store.reachable(Duration.ofSeconds(30))).isTrue();
    }
    PulsarOptions nowhere = PulsarOptions.of("pulsar://127.0.0.1:1", "http://127.0.0.1:1", prefix);
    try (LogStore store = PulsarLogStore.open(nowhere)) {
      assertThat(store.reachable(Duration.ofSeconds(1))).isFalse();
    }
  }

  private static void assertCode(ErrorCode code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ElanusException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
