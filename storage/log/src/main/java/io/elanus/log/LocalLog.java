package io.elanus.log;

import io.elanus.disk.Disk;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A log on files of its own: {@link FileHeader} and {@link RecordHeader} are the format, {@link
 * LogRecovery} says what a crash leaves.
 *
 * <p>An append never spans {@link LogFiles files}. The end that readers see moves when a whole
 * append is durable, so a full disk can be undone by cutting the file; after any other failure
 * nothing is known of the file and the log takes no more appends (fsync must not be asked twice:
 * Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
 */
final class LocalLog implements Log, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(LocalLog.class.getName());

  private final String channel;
  private final LogOptions options;
  private final LogFiles files;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ElanusException poison;
  private boolean tailNeedsCut;
  private boolean closeMarked = true;
  private volatile long durableEnd;
  private volatile long epoch;
  private volatile boolean closed;

  private LocalLog(String channel, LogOptions options, LogFiles files) {
    this.channel = channel;
    this.options = options;
    this.files = files;
  }

  /** Opens the log in an existing folder and recovers it. */
  static LocalLog open(
      String channel, Disk disk, Path folder, LogOptions options, Executor background) {
    var logFolder = new LogFolder(disk, folder);
    logFolder.removeLeftovers();
    var log = new LocalLog(channel, options, new LogFiles(logFolder, options, background));
    log.recover();
    return log;
  }

  private void recover() {
    files
        .recover()
        .ifPresent(tail -> {
          epoch = tail.epoch();
          durableEnd = tail.endPosition();
          closeMarked = tail.closed() || files.lastIsEmpty();
        });
  }

  @Override
  public AppendResult append(long writerEpoch, List<ByteBuffer> payloads) {
    LogLimits.checkPayloads(payloads, options.maxRecordBytes());
    lock.lock();
    try {
      checkWritable();
      if (writerEpoch < epoch) {
        return new AppendResult.Fenced(epoch);
      }
      long[] positions = appendRecords(RecordHeader.DATA, writerEpoch, payloads);
      files.askForNext(durableEnd);
      return new AppendResult.Appended(positions[0], positions, durableEnd);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void fence(long newEpoch) {
    lock.lock();
    try {
      checkWritable();
      if (newEpoch > epoch) {
        appendRecords(RecordHeader.FENCE, newEpoch, List.of(ByteBuffer.allocate(0)));
      }
    } finally {
      lock.unlock();
    }
  }

  private long[] appendRecords(int kind, long writerEpoch, List<ByteBuffer> payloads) {
    long[] positions = new long[payloads.size()];
    try {
      cutTailIfNeeded();
      long bytes = payloads.stream().mapToLong(p -> RecordHeader.recordBytes(p.remaining())).sum();
      ActiveFile target = files.forAppend(bytes, durableEnd, Math.max(epoch, writerEpoch));
      tailNeedsCut = true;
      target.append(files.stage(), kind, writerEpoch, payloads, options.groupBytes(), positions);
      tailNeedsCut = false;
      epoch = Math.max(epoch, writerEpoch);
      closeMarked = kind == RecordHeader.CLOSE;
      durableEnd = target.endPosition();
      return positions;
    } catch (ElanusException failure) {
      throw failed(failure);
    }
  }

  private ElanusException failed(ElanusException failure) {
    if (failure.code() != ErrorCode.DISK_LIMIT) {
      poison = failure;
      return failure.with("channel", channel);
    }
    try {
      cutTailIfNeeded();
    } catch (ElanusException again) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "could not undo a failed append yet: {0}",
          again.getMessage());
    }
    return failure.with("channel", channel);
  }

  private void cutTailIfNeeded() {
    if (tailNeedsCut) {
      files.cutTail();
      tailNeedsCut = false;
    }
  }

  private void checkWritable() {
    checkOpen();
    if (poison != null) {
      throw new ElanusException(
              ErrorCode.IO_FAILED, "log takes no appends after a failure until opened anew", poison)
          .with("channel", channel)
          .with("failure", poison.getMessage());
    }
  }

  void checkOpen() {
    if (closed) {
      throw LogLimits.closed();
    }
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public long firstPosition() {
    return files.firstPosition();
  }

  @Override
  public long endPosition() {
    return durableEnd;
  }

  @Override
  public int maxRecordBytes() {
    return options.maxRecordBytes();
  }

  @Override
  public LogReader read(long position) {
    checkOpen();
    LogLimits.checkReadable(this, channel, position);
    return new LocalLogReader(this, position);
  }

  @Override
  public void cutBelow(long position) {
    lock.lock();
    try {
      checkOpen();
      LogLimits.checkCut(this, channel, position);
      files.cutBelow(position);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens the file that holds a position; the window knows where it starts. A cut meanwhile is told
   * as what it is.
   */
  RecordWindow openWindow(long position) {
    LogLimits.checkReadable(this, channel, position);
    try {
      Optional<RecordWindow> window = files.openWindow(position);
      if (window.isPresent()) {
        return window.get();
      }
    } catch (ElanusException failure) {
      LogLimits.checkReadable(this, channel, position);
      throw failure;
    }
    LogLimits.checkReadable(this, channel, position);
    throw new AssertionError("no log file holds position " + position);
  }

  /** Where the file that starts at a position ends for readers: the next file, or the log's end. */
  long readableEnd(long startPosition) {
    return files.readableEnd(startPosition, durableEnd);
  }

  /** Closes; a record at the end notes that nothing was torn, unless there is nothing to note. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      markClosed();
      closed = true;
      files.close();
    } finally {
      lock.unlock();
    }
  }

  private void markClosed() {
    if (closeMarked || poison != null || tailNeedsCut) {
      return;
    }
    try {
      appendRecords(RecordHeader.CLOSE, epoch, List.of(ByteBuffer.allocate(0)));
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING, "could not mark a log as closed: {0}", failure.getMessage());
    }
  }

  /** Closes without a mark, to be deleted. */
  void abandon() {
    lock.lock();
    try {
      closeMarked = true;
      close();
    } finally {
      lock.unlock();
    }
  }
}
