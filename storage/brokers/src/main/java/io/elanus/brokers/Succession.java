package io.elanus.brokers;

/**
 * Who may write to a topic, and where the log in it ends: judges records in the topic's order, so
 * that every reader drops the same ones. Not thread-safe.
 *
 * <p>A barrier of the present epoch or a greater one makes its writer the only one whose records
 * count, until the next such barrier. Of that writer
 *
 * <ul>
 *   <li>the record at the log's end is taken,
 *   <li>one below the end has been seen already: a retried send; it is dropped,
 *   <li>one above the end whose append begins at or below it belongs to an append of which a part
 *       was lost on the way; it was acknowledged to nobody and is dropped,
 *   <li>one above the end of a later append proves that an acknowledged record is missing.
 * </ul>
 *
 * <p>Where the beginning was cut off, the first record tells writer, epoch and position. It may be
 * one of a superseded writer only where a broker lost what it was told to cut; such a writer is
 * known by the first record of a greater epoch.
 */
final class Succession {
  enum Verdict {
    /** Data of the log. */
    TAKEN,
    /** Not part of the log; nothing changed. */
    DROPPED,
    /** A barrier: writer and epoch changed, or were said again. */
    SUCCEEDED,
    /** An acknowledged record is missing. */
    MISSING
  }

  /**
   * What has been judged so far.
   *
   * @param end the position of the next record
   * @param epoch the greatest seen, 0 at first
   * @param writer whose records count, 0 when none is known
   * @param ruled whether a barrier of that writer was seen
   * @param placed whether {@code end} is known for sure
   */
  record State(long end, long epoch, long writer, boolean ruled, boolean placed) {
    /** Of a topic from its first record on. */
    static final State OF_WHOLE = new State(0, 0, 0, true, true);

    /** Of a topic whose beginning was cut off. */
    static final State OF_REST = new State(0, 0, 0, false, false);

    boolean isOf(long otherWriter, long otherEpoch) {
      return writer == otherWriter && epoch == otherEpoch;
    }
  }

  private State state;

  Succession(State state) {
    this.state = state;
  }

  State state() {
    return state;
  }

  Verdict judge(RecordStamp stamp) {
    return stamp.kind() == RecordStamp.BARRIER ? judgeBarrier(stamp) : judgeData(stamp);
  }

  private Verdict judgeBarrier(RecordStamp barrier) {
    if (barrier.epoch() < state.epoch()) {
      return Verdict.DROPPED;
    }
    long end = state.placed() ? state.end() : Math.max(state.end(), barrier.position());
    state = new State(end, barrier.epoch(), barrier.writer(), true, state.placed());
    return Verdict.SUCCEEDED;
  }

  private Verdict judgeData(RecordStamp data) {
    boolean first = !state.ruled() && (!state.placed() || data.epoch() > state.epoch());
    if (first) {
      state = new State(data.nextPosition(), data.epoch(), data.writer(), false, true);
      return Verdict.TAKEN;
    }
    if (!state.isOf(data.writer(), data.epoch())) {
      return Verdict.DROPPED;
    }
    if (state.placed() && data.position() != state.end()) {
      return data.position() < state.end() || data.group() <= state.end()
          ? Verdict.DROPPED
          : Verdict.MISSING;
    }
    state = new State(data.nextPosition(), state.epoch(), state.writer(), state.ruled(), true);
    return Verdict.TAKEN;
  }
}
