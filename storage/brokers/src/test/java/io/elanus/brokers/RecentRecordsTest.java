package io.elanus.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.LogRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RecentRecordsTest {
  private static final int BYTES = 100;

  private final RecentRecords recent = new RecentRecords(1000);

  private void add(long position) {
    recent.add(new LogRecord(position, position + 150, 7, ByteBuffer.allocate(BYTES)));
  }

  @Test
  void theRecordAtOrAfterAPositionIsFound() {
    assertThat(recent.from(0)).isEmpty();
    add(300);
    add(450);
    assertThat(recent.from(300).orElseThrow().position()).isEqualTo(300);
    assertThat(recent.from(301).orElseThrow().position()).isEqualTo(450);
    assertThat(recent.from(600)).as("not written yet").isEmpty();
    LogRecord found = recent.from(450).orElseThrow();
    assertThat(found.nextPosition()).isEqualTo(600);
    assertThat(found.epoch()).isEqualTo(7);
    assertThat(found.payload().isReadOnly()).isTrue();
    assertThat(found.payload().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(found.payload().remaining()).isEqualTo(BYTES);
  }

  @Test
  void whatMayHaveBeenLetGoIsNotSkipped() {
    add(300);
    assertThat(recent.from(299)).as("a record before the first may exist").isEmpty();
    for (long position = 450; position < 3000; position += 150) {
      add(position);
    }
    assertThat(recent.from(300)).isEmpty();
    long kept = 2850 - 5 * 150; // six of 164 bytes fit
    assertThat(recent.from(kept - 1)).isEmpty();
    assertThat(recent.from(kept).orElseThrow().position()).isEqualTo(kept);
  }

  @Test
  void aRecordThatDoesNotFitIsNotKept() {
    add(300);
    recent.add(new LogRecord(450, 5000, 7, ByteBuffer.allocate(2000)));
    assertThat(recent.from(300)).isEmpty();
    assertThat(recent.from(450)).isEmpty();
    add(5000);
    assertThat(recent.from(5000).orElseThrow().position()).isEqualTo(5000);
  }
}
