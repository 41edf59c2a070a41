package io.elanus.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.brokers.Succession.State;
import io.elanus.brokers.Succession.Verdict;
import org.junit.jupiter.api.Test;

/** Whose records count. Records here have a payload of 52 bytes, which takes 100 of the log. */
final class SuccessionTest {
  private final Succession whole = new Succession(State.OF_WHOLE);
  private final Succession rest = new Succession(State.OF_REST);

  private static RecordStamp barrier(long epoch, long writer, long position) {
    return new RecordStamp(RecordStamp.BARRIER, epoch, writer, position, position, 0);
  }

  private static RecordStamp data(long epoch, long writer, long position, long group) {
    return new RecordStamp(RecordStamp.DATA, epoch, writer, position, group, 52);
  }

  private static RecordStamp data(long epoch, long writer, long position) {
    return data(epoch, writer, position, position);
  }

  @Test
  void theWriterOfTheLastBarrierCounts() {
    assertThat(whole.judge(data(1, 7, 0))).isEqualTo(Verdict.DROPPED);
    assertThat(whole.judge(barrier(1, 7, 0))).isEqualTo(Verdict.SUCCEEDED);
    assertThat(whole.judge(data(1, 7, 0))).isEqualTo(Verdict.TAKEN);
    assertThat(whole.judge(barrier(2, 8, 100))).isEqualTo(Verdict.SUCCEEDED);
    assertThat(whole.judge(data(1, 7, 100))).isEqualTo(Verdict.DROPPED);
    assertThat(whole.judge(barrier(1, 7, 100))).isEqualTo(Verdict.DROPPED);
    assertThat(whole.judge(data(2, 8, 100))).isEqualTo(Verdict.TAKEN);
    assertThat(whole.state()).isEqualTo(new State(200, 2, 8, true, true));
  }

  @Test
  void anEqualEpochGoesToTheLaterWriter() {
    whole.judge(barrier(1, 7, 0));
    whole.judge(barrier(1, 8, 0));
    assertThat(whole.judge(data(1, 7, 0))).isEqualTo(Verdict.DROPPED);
    assertThat(whole.judge(data(1, 8, 0))).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void aWritersOwnPastEpochIsPast() {
    whole.judge(barrier(1, 7, 0));
    whole.judge(barrier(2, 7, 0));
    assertThat(whole.judge(data(1, 7, 0))).isEqualTo(Verdict.DROPPED);
  }

  @Test
  void aRecordThatWasSentTwiceCountsOnce() {
    whole.judge(barrier(1, 7, 0));
    whole.judge(data(1, 7, 0));
    whole.judge(data(1, 7, 100));
    assertThat(whole.judge(data(1, 7, 0))).isEqualTo(Verdict.DROPPED);
    assertThat(whole.judge(data(1, 7, 100))).isEqualTo(Verdict.DROPPED);
    assertThat(whole.judge(data(1, 7, 200))).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void whatFollowsALostRecordOfItsAppendIsDropped() {
    whole.judge(barrier(1, 7, 0));
    whole.judge(data(1, 7, 0));
    assertThat(whole.judge(data(1, 7, 200, 100))).isEqualTo(Verdict.DROPPED);
    assertThat(whole.judge(barrier(2, 7, 100))).isEqualTo(Verdict.SUCCEEDED);
    assertThat(whole.judge(data(2, 7, 100))).isEqualTo(Verdict.TAKEN);
  }

  @Test
  void aLaterAppendBehindAGapProvesALoss() {
    whole.judge(barrier(1, 7, 0));
    whole.judge(data(1, 7, 0));
    assertThat(whole.judge(data(1, 7, 200))).isEqualTo(Verdict.MISSING);
  }

  @Test
  void whereTheBeginningWasCutTheFirstRecordTells() {
    assertThat(rest.judge(data(3, 7, 500, 400))).isEqualTo(Verdict.TAKEN);
    assertThat(rest.state()).isEqualTo(new State(600, 3, 7, false, true));
    assertThat(rest.judge(data(3, 7, 600))).isEqualTo(Verdict.TAKEN);
    assertThat(rest.judge(data(2, 6, 600))).isEqualTo(Verdict.DROPPED);
    assertThat(rest.judge(data(3, 7, 800))).isEqualTo(Verdict.MISSING);
  }

  @Test
  void aBarrierInFrontOfTheRestTellsWhereItIs() {
    assertThat(rest.judge(barrier(3, 7, 500))).isEqualTo(Verdict.SUCCEEDED);
    assertThat(rest.state().end()).isEqualTo(500);
    assertThat(rest.judge(data(2, 6, 500))).isEqualTo(Verdict.DROPPED);
    assertThat(rest.judge(data(3, 7, 700))).isEqualTo(Verdict.TAKEN);
    assertThat(rest.state()).isEqualTo(new State(800, 3, 7, true, true));
  }

  @Test
  void aStaleRecordInFrontOfTheRestGivesWay() {
    assertThat(rest.judge(data(2, 6, 500))).isEqualTo(Verdict.TAKEN);
    assertThat(rest.judge(data(3, 7, 400))).isEqualTo(Verdict.TAKEN);
    assertThat(rest.judge(data(2, 6, 600))).isEqualTo(Verdict.DROPPED);
    assertThat(rest.judge(data(3, 7, 500))).isEqualTo(Verdict.TAKEN);
  }
}
