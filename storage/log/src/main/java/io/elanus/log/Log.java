package io.elanus.log;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One physical channel: an ordered series of records. One writer, any number of readers. Positions
 * are logical byte offsets that only grow; they are not contiguous.
 *
 * <p>Errors are {@link io.elanus.schema.ElanusException}s: DISK_LIMIT when the disk is full
 * (nothing was written, the same append may be repeated once there is space), IO_FAILED after a
 * failed force (every later append fails too until the store is opened anew), DATA_INTEGRITY for
 * damage, UNAVAILABLE after close. Where the log is in another process, UNAVAILABLE also when that
 * did not answer in time, or IO_FAILED when it refused: what became of the append is not known.
 * Later appends of the same epoch fail too, but a {@link #fence} with a greater one goes on, behind
 * everything that may still arrive; a read from then on tells what is durable.
 */
public interface Log {
  /**
   * Makes the payloads durable, in order; when it returns {@link AppendResult.Appended} all of them
   * survive power loss, and no newer epoch was in front of them. On an exception any prefix of them
   * may turn out to be durable, after a restart or a fence with a greater epoch, never a part of
   * one.
   *
   * @param epoch of the caller; a greater one than {@link #epoch} becomes the log's epoch
   * @param payloads each one record of at most {@link #maxRecordBytes}, not empty list; borrowed
   *     for the call, positions and limits are left alone
   */
  AppendResult append(long epoch, List<ByteBuffer> payloads);

  /** What the first append or fence needs, such as a connection, is there. Writes nothing. */
  default void readyToAppend() {}

  /**
   * Appends of a smaller epoch are refused from now on; survives restart. A value at or below
   * {@link #epoch} changes nothing.
   */
  void fence(long epoch);

  /** The greatest epoch seen; 0 for a new log. */
  long epoch();

  /** The smallest position that can still be read. */
  long firstPosition();

  /** The position after the last durable record. */
  long endPosition();

  /** The largest payload of a record, bytes. */
  int maxRecordBytes();

  /**
   * A reader from the record at or after {@code position}. It sees what is durable now and what
   * becomes durable later.
   *
   * @throws io.elanus.schema.ElanusException DATA_INTEGRITY when the position is below {@link
   *     #firstPosition} (already cut) or above {@link #endPosition} (the log lost its tail)
   */
  LogReader read(long position);

  /**
   * Space below {@code position} may be given back, in pieces of the implementation's choice; the
   * rest stays readable, and so do end and epoch where all was cut. A position above {@link
   * #endPosition} is INVALID_PARAMETER.
   */
  void cutBelow(long position);
}
