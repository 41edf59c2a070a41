package io.elanus.log;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.disk.Failpoints;
import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log: which of them takes the next records, when another one begins, which may
 * go. A log begins in a file that grows by appending; prepared files are made in the background and
 * taken as soon as they are ready. Changed under the log's lock; readers look for places meanwhile.
 */
final class LogFiles implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(LogFiles.class.getName());
  private static final long PREPARE_AGAIN_AFTER_BYTES = 1 << 20;

  private final LogFolder folder;
  private final LogOptions options;
  private final FilePreparer preparer;
  private final ConcurrentSkipListMap<Long, Path> files;
  private @Nullable RecordStage stage;
  private @Nullable ActiveFile active;
  private long prepareFromPosition;
  private volatile long first;

  LogFiles(LogFolder folder, LogOptions options, Executor background) {
    this.folder = folder;
    this.options = options;
    this.files = new ConcurrentSkipListMap<>(folder.logFiles());
    this.preparer = new FilePreparer(folder, background);
  }

  /** Finds the end of the log and goes on in its last file; empty when there is no file yet. */
  Optional<LogRecovery.Tail> recover() {
    if (files.isEmpty()) {
      return Optional.empty();
    }
    first = files.firstKey();
    DiskFile file = folder.disk().open(files.lastEntry().getValue(), Disk.Mode.WRITE);
    boolean recovered = false;
    try {
      LogRecovery.Tail tail = recover(file, files.lastKey());
      recovered = true;
      return Optional.of(tail);
    } finally {
      if (!recovered) {
        file.close();
      }
    }
  }

  private LogRecovery.Tail recover(DiskFile file, long start) {
    FileHeader header = FileHeader.read(file, start);
    LogRecovery.Tail tail = LogRecovery.recover(file, header);
    if (!tail.closed()) {
      folder.sync();
    }
    boolean prepared = file.sizeBytes() >= header.preparedBytes();
    active = new ActiveFile(file, start, prepared ? header.preparedBytes() : 0, tail.endPosition());
    return tail;
  }

  /** Whether nothing stands in the file that takes the next records. */
  boolean lastIsEmpty() {
    return active == null || active.isEmpty();
  }

  /** Scratch memory for writing. */
  RecordStage stage() {
    if (stage == null) {
      stage = new RecordStage();
    }
    return stage;
  }

  /**
   * The file that takes the next records: the active one, or a new one when that is full or a
   * prepared one is ready instead.
   *
   * @param bytes of the records
   * @param end position of the log's end
   * @param epoch for the header of a new file
   */
  ActiveFile forAppend(long bytes, long end, long epoch) {
    ActiveFile current = active;
    if (current != null) {
      boolean betterReady = !current.isPrepared() && preparer.readyBytes() > 0;
      if (current.hasRoom(bytes, options.fileBytes()) && !(betterReady && !current.isEmpty())) {
        return current;
      }
    }
    return roll(current, end, epoch);
  }

  private ActiveFile roll(@Nullable ActiveFile previous, long start, long epoch) {
    long preparedBytes = preparer.readyBytes();
    DiskFile file = folder.begin(new FileHeader(start, epoch, preparedBytes));
    preparer.taken();
    var next = new ActiveFile(file, start, preparedBytes, start);
    files.put(start, file.path());
    active = next;
    if (previous != null) {
      leave(previous, epoch);
    }
    return next;
  }

  private void leave(ActiveFile previous, long epoch) {
    try (previous) {
      previous.markRolled(stage(), epoch);
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "could not mark the end of a log file: {0}",
          failure.getMessage());
    }
  }

  /** Removes the remains of a failed write. */
  void cutTail() {
    if (active != null) {
      active.cutTail();
    }
  }

  /** Has the next file prepared when it will be needed. */
  void askForNext(long end) {
    ActiveFile current = active;
    if (current == null || (current.isPrepared() && !current.isHalfFull())) {
      return;
    }
    if (preparer.readyBytes() == 0 && end >= prepareFromPosition) {
      boolean only = files.size() == 1 && !current.isPrepared();
      prepareFromPosition = end + PREPARE_AGAIN_AFTER_BYTES;
      preparer.request(only ? options.firstFileBytes() : options.fileBytes());
    }
  }

  /** Where the oldest file begins. */
  long firstPosition() {
    return first;
  }

  /** Removes whole files below the position, the oldest first. */
  void cutBelow(long position) {
    while (files.size() > 1 && secondStart() <= position) {
      first = secondStart();
      folder.delete(files.firstEntry().getValue());
      files.pollFirstEntry();
      Failpoints.hit("log.cut.betweenFiles");
    }
  }

  private long secondStart() {
    return files.higherKey(files.firstKey());
  }

  /** Opens the file that holds a position; empty when there is none. */
  Optional<RecordWindow> openWindow(long position) {
    Map.Entry<Long, Path> entry = files.floorEntry(position);
    return entry == null
        ? Optional.empty()
        : Optional.of(RecordWindow.open(folder.disk(), entry.getValue(), entry.getKey()));
  }

  /** Where the file that starts at a position ends for readers: the next file, or the log's end. */
  long readableEnd(long startPosition, long end) {
    Long next = files.higherKey(startPosition);
    return next == null ? end : Math.min(next, end);
  }

  @Override
  public void close() {
    preparer.close();
    if (active != null) {
      active.close();
    }
  }
}
