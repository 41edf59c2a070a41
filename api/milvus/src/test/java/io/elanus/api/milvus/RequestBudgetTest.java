package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.api.milvus.RequestBudget.Growth;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class RequestBudgetTest {
  private final RequestBudget budget = budget(128, 20);
  private final RequestBudget large = budget(256L << 20, 1 << 20);
  private final List<String> started = new ArrayList<>();

  private static RequestBudget budget(long capacityBytes, long startBytes) {
    return new RequestBudget(capacityBytes, startBytes, 2, Duration.ofMinutes(5), System::nanoTime);
  }

  @Test
  void rowsBeginWhileHalfOfTheBudgetIsFree() {
    budget.enter(new Object(), () -> started.add("a"));
    budget.enter(new Object(), () -> started.add("b"));
    budget.enter(new Object(), () -> started.add("c"));
    budget.enter(new Object(), () -> started.add("d"));
    assertThat(started).containsExactly("a", "b", "c");
    assertThat(budget.usedBytes()).isEqualTo(60);
  }

  @Test
  void uploadsThatSendNothingKeepNoOneOut() {
    for (int i = 0; i < 100; i++) {
      large.enter(new Object(), () -> started.add("silent"));
    }
    RequestBudget.Ticket row = large.enter(new Object(), () -> started.add("row"));
    assertThat(started).hasSize(101).endsWith("row");
    assertThat(row.received(2 << 20)).isEqualTo(Growth.GRANTED);
  }

  @Test
  void anArrivedMessageHoldsOnlyWhatItTook() {
    RequestBudget.Ticket a = budget.enter(new Object(), () -> started.add("a"));
    budget.enter(new Object(), () -> started.add("b"));
    budget.enter(new Object(), () -> started.add("c"));
    budget.enter(new Object(), () -> started.add("d"));
    a.arrived(4);
    assertThat(started).containsExactly("a", "b", "c", "d");
    assertThat(budget.usedBytes()).isEqualTo(64);
  }

  @Test
  void endingMakesRoomOnceAndInOrder() {
    RequestBudget.Ticket a = budget.enter(new Object(), () -> started.add("a"));
    RequestBudget.Ticket b = budget.enter(new Object(), () -> started.add("b"));
    RequestBudget.Ticket c = budget.enter(new Object(), () -> started.add("c"));
    RequestBudget.Ticket d = budget.enter(new Object(), () -> started.add("d"));
    budget.enter(new Object(), () -> started.add("e"));
    d.end();
    a.end();
    a.end();
    assertThat(started).containsExactly("a", "b", "c", "e");
    b.arrived(40);
    c.end();
    b.end();
    assertThat(budget.usedBytes()).isEqualTo(20);
  }

  @Test
  void aQueueWithoutEndIsRefused() {
    Object connection = new Object();
    for (int i = 0; i < 3 + 4096; i++) {
      assertThat(budget.enter(connection, () -> {}).refused()).isFalse();
    }
    assertThat(budget.enter(connection, () -> {}).refused()).isTrue();
  }

  @Test
  void whatWaitingConnectionsMayHaveSentIsHalfOfTheBudgetAtMost() {
    Object first = new Object();
    for (int i = 0; i < 3 + 128 / 2 / 2; i++) {
      assertThat(budget.enter(i == 3 ? first : new Object(), () -> {}).refused()).isFalse();
    }
    assertThat(budget.enter(new Object(), () -> {}).refused()).isTrue();
    RequestBudget.Ticket another = budget.enter(first, () -> {});
    assertThat(another.refused()).isFalse();
    another.end();
    assertThat(budget.enter(first, () -> {}).refused()).isFalse();
  }

  @Test
  void aConnectionThatWaitsNoMoreLetsAnotherWait() {
    List<RequestBudget.Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 3 + 128 / 2 / 2; i++) {
      tickets.add(budget.enter(new Object(), () -> {}));
    }
    tickets.getLast().end();
    assertThat(budget.enter(new Object(), () -> {}).refused()).isFalse();
  }

  @Test
  void ofUploadsThatDoNotFitTogetherTheRestGoesOn() {
    int count = 32;
    List<RequestBudget.Ticket> uploads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      uploads.add(large.enter(new Object(), () -> {}));
    }
    int refused = 0;
    for (long bytes = 1 << 20; bytes <= 60 << 20; bytes += 1 << 20) {
      for (RequestBudget.Ticket upload : List.copyOf(uploads)) {
        Growth growth = upload.received(bytes);
        assertThat(large.usedBytes()).isLessThanOrEqualTo(192L << 20);
        if (growth != Growth.GRANTED) {
          assertThat(growth).isEqualTo(Growth.NO_ROOM);
          upload.end();
          uploads.remove(upload);
          refused++;
        }
      }
    }
    assertThat(uploads).hasSize(3);
    assertThat(refused).isEqualTo(29);
    uploads.forEach(upload -> upload.arrived(60 << 20));
    uploads.forEach(RequestBudget.Ticket::end);
    assertThat(large.usedBytes()).isZero();
  }

  @Test
  void whatComesInIsChargedAndRefusedWithoutRoom() {
    RequestBudget.Ticket a = budget.open();
    RequestBudget.Ticket b = budget.open();
    assertThat(a.received(50)).isEqualTo(Growth.GRANTED);
    assertThat(a.received(80)).isEqualTo(Growth.GRANTED);
    assertThat(b.received(48)).isEqualTo(Growth.GRANTED);
    assertThat(b.received(49)).isEqualTo(Growth.NO_ROOM);
    assertThat(b.refusal(Growth.NO_ROOM).code()).isEqualTo(ErrorCode.RATE_LIMIT);
    assertThat(budget.usedBytes()).isEqualTo(128);
    a.end();
    assertThat(b.received(49)).isEqualTo(Growth.GRANTED);
    b.end();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void whatCanNeverFitIsNotToBeRepeated() {
    RequestBudget.Ticket any = budget.open();
    assertThat(any.received(112)).isEqualTo(Growth.GRANTED);
    assertThat(any.received(113)).isEqualTo(Growth.NEVER);
    any.end();
    RequestBudget.Ticket rows = budget.enter(new Object(), () -> started.add("rows"));
    assertThat(rows.received(96)).isEqualTo(Growth.GRANTED);
    assertThat(rows.received(97)).isEqualTo(Growth.NEVER);
    assertThat(rows.refusal(Growth.NEVER).code()).isEqualTo(ErrorCode.MEMORY_LIMIT);
    assertThat(rows.refusal(Growth.NEVER)).hasMessageContaining("more than 96 bytes");
  }

  @Test
  void uploadsLeaveRoomForOthers() {
    RequestBudget.Ticket rows = large.enter(new Object(), () -> started.add("a"));
    assertThat(rows.received(192 << 20)).isEqualTo(Growth.GRANTED);
    assertThat(large.open().received(32 << 20)).isEqualTo(Growth.GRANTED);
    assertThat(large.open().received(2 << 20)).isEqualTo(Growth.NO_ROOM);
    assertThat(large.open().received(1 << 20)).isEqualTo(Growth.GRANTED);
  }

  @Test
  void aRequestGrowsToWhatItTakesOrIsRefused() {
    RequestBudget.Ticket a = large.open();
    RequestBudget.Ticket b = large.open();
    assertThat(a.grow(225L << 20, false)).isEqualTo(Growth.NEVER);
    assertThat(a.grow(200L << 20, false)).isEqualTo(Growth.GRANTED);
    assertThat(b.grow(100L << 20, false)).isEqualTo(Growth.NO_ROOM);
    // small requests find room where large ones do not
    assertThat(large.open().grow(1 << 20, false)).isEqualTo(Growth.GRANTED);
    a.end();
    assertThat(b.grow(100L << 20, false)).isEqualTo(Growth.GRANTED);
  }

  @Test
  void aRequestWaitsForOthersToEnd() throws InterruptedException {
    RequestBudget.Ticket a = large.open();
    RequestBudget.Ticket b = large.open();
    assertThat(a.grow(200L << 20, false)).isEqualTo(Growth.GRANTED);
    List<Growth> grown = new ArrayList<>();
    Thread waiting = Thread.ofVirtual().start(() -> grown.add(b.grow(100L << 20, true)));
    for (int look = 0; look < 30_000 && large.growing() == 0; look++) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(large.growing()).isOne();
    a.end();
    waiting.join();
    assertThat(grown).containsExactly(Growth.GRANTED);
  }

  @Test
  void aRequestThatWaitedInVainIsRefused() {
    Duration patience = Duration.ofSeconds(5);
    AtomicLong looks = new AtomicLong();
    RequestBudget impatient =
        new RequestBudget(
            256L << 20,
            1 << 20,
            1 << 20,
            patience,
            () -> looks.getAndIncrement() * patience.toNanos());
    RequestBudget.Ticket a = impatient.open();
    RequestBudget.Ticket b = impatient.open();
    assertThat(a.grow(200L << 20, false)).isEqualTo(Growth.GRANTED);
    assertThat(b.grow(100L << 20, true)).isEqualTo(Growth.NO_ROOM);
    assertThat(looks.get()).isEqualTo(3); // one by a, two by b: time is up at the second
    assertThat(impatient.usedBytes()).isEqualTo(200L << 20);
  }
}
