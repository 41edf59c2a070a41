package io.elanus.metadata;

import io.elanus.disk.Failpoints;
import io.elanus.log.AppendResult;
import io.elanus.log.Log;
import io.elanus.log.LogStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Journals transactions into the log's files. Channel {@code journal-N} continues {@code
 * journal-(N-1)}: it begins with a snapshot of what that one added up to and takes its place when
 * the snapshot's end is durable; then the old channel is deleted. Of several channels the newest
 * with a complete snapshot is the truth.
 */
final class LogJournal implements Journal {
  private static final System.Logger LOGGER = System.getLogger(LogJournal.class.getName());
  private static final String CHANNEL = "journal-";
  private static final int EPOCH = 1;
  private static final int PART_BYTES = 1 << 20;

  private final LogStore logs;
  private final long snapshotAfterBytes;
  private long number;
  private Log log;
  private long nextSnapshotPosition;
  private @Nullable ElanusException poison;

  /**
   * @param number of the channel that is the truth
   * @param snapshotEnd position after its snapshot, 0 when it has none
   * @param snapshotAfterBytes the least journal bytes that call for a snapshot
   */
  LogJournal(LogStore logs, long number, long snapshotEnd, long snapshotAfterBytes) {
    this.logs = logs;
    this.snapshotAfterBytes = snapshotAfterBytes;
    this.number = number;
    this.log = logs.open(channel(number));
    planNextSnapshot(snapshotEnd);
  }

  static boolean isChannel(String name) {
    return name.matches(CHANNEL + "[0-9]{10}");
  }

  static String channel(long number) {
    return "%s%010d".formatted(CHANNEL, number);
  }

  /** Twice the size of the last snapshot, so that snapshots cost no more than the journal. */
  private void planNextSnapshot(long snapshotEnd) {
    nextSnapshotPosition = snapshotEnd + Math.max(snapshotAfterBytes, 2 * snapshotEnd);
  }

  @Override
  public void append(long revision, Transaction transaction) {
    if (poison != null) {
      throw new ElanusException(
          ErrorCode.IO_FAILED, "metadata takes no commits until opened anew", poison);
    }
    var record = new JournalRecord.Applied(revision, transaction.puts(), transaction.deletes());
    try {
      Failpoints.hit("metadata.commit.beforeAppend");
      write(log, JournalRecord.encode(record));
      Failpoints.hit("metadata.commit.afterAppend");
    } catch (ElanusException failure) {
      if (failure.code() != ErrorCode.DISK_LIMIT) {
        poison = failure;
      }
      throw failure;
    }
  }

  private static void write(Log log, ByteBuffer payload) {
    if (log.append(EPOCH, List.of(payload)) instanceof AppendResult.Fenced(long epoch)) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "metadata journal belongs to another")
          .with("epoch", epoch);
    }
  }

  @Override
  public void committed(long revision, SortedMap<String, Versioned> entries) {
    if (log.endPosition() >= nextSnapshotPosition) {
      snapshot(revision, entries);
    }
  }

  /** Moves to a new channel; when that fails the old one goes on. */
  private void snapshot(long revision, SortedMap<String, Versioned> entries) {
    String next = channel(number + 1);
    Log target;
    try {
      logs.delete(next);
      target = logs.open(next);
      writeSnapshot(target, revision, entries);
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING, "metadata snapshot failed: {0}", failure.getMessage());
      giveUp(next);
      return;
    }
    String previous = channel(number);
    number++;
    log = target;
    planNextSnapshot(target.endPosition());
    deletePrevious(previous);
  }

  private void writeSnapshot(Log target, long revision, SortedMap<String, Versioned> entries) {
    List<Map.Entry<String, Versioned>> part = new ArrayList<>();
    long bytes = 0;
    for (var entry : entries.entrySet()) {
      part.add(Map.entry(entry.getKey(), entry.getValue()));
      bytes += entry.getKey().length() + entry.getValue().value().length;
      if (bytes >= PART_BYTES) {
        write(target, JournalRecord.encode(new JournalRecord.SnapshotPart(part)));
        part.clear();
        bytes = 0;
      }
    }
    write(target, JournalRecord.encode(new JournalRecord.SnapshotPart(part)));
    Failpoints.hit("metadata.snapshot.beforeEnd");
    write(target, JournalRecord.encode(new JournalRecord.SnapshotEnd(revision, entries.size())));
  }

  /** A snapshot that may have become complete must not outlive later commits elsewhere. */
  private void giveUp(String channel) {
    nextSnapshotPosition = log.endPosition() + snapshotAfterBytes;
    try {
      logs.delete(channel);
    } catch (ElanusException failure) {
      poison = failure;
    }
  }

  private void deletePrevious(String channel) {
    try {
      Failpoints.hit("metadata.snapshot.beforeDeleteOld");
      logs.delete(channel);
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "could not delete an old metadata journal: {0}",
          failure.getMessage());
    }
  }

  @Override
  public void close() {
    logs.close();
  }
}
