package io.elanus.log;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.disk.Failpoints;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A log on files of its own: {@link FileHeader} and {@link RecordHeader} are the format, {@link
 * LogRecovery} says what a crash leaves.
 *
 * <p>A log begins in a file that grows by appending; prepared files are made in the background and
 * taken as soon as they are ready. An append never spans files. The end that readers see moves when
 * a whole append is durable, so a full disk can be undone by cutting the file; after any other
 * failure nothing is known of the file and the log takes no more appends (fsync must not be asked
 * twice: Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
 */
final class LocalLog implements Log, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(LocalLog.class.getName());
  private static final long PREPARE_AGAIN_AFTER_BYTES = 1 << 20;

  private final String channel;
  private final LogFolder folder;
  private final LogOptions options;
  private final FilePreparer preparer;
  private final ConcurrentSkipListMap<Long, Path> files;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable RecordStage stage;
  private @Nullable ActiveFile active;
  private @Nullable ElanusException poison;
  private boolean tailNeedsCut;
  private boolean closeMarked = true;
  private long prepareFromPosition;
  private volatile long first;
  private volatile long durableEnd;
  private volatile long epoch;
  private volatile boolean closed;

  private LocalLog(String channel, LogFolder folder, LogOptions options, Executor background) {
    this.channel = channel;
    this.folder = folder;
    this.options = options;
    this.files = new ConcurrentSkipListMap<>(folder.logFiles());
    this.preparer = new FilePreparer(folder, background);
  }

  /** Opens the log in an existing folder and recovers it. */
  static LocalLog open(
      String channel, Disk disk, Path folder, LogOptions options, Executor background) {
    var logFolder = new LogFolder(disk, folder);
    logFolder.removeLeftovers();
    var log = new LocalLog(channel, logFolder, options, background);
    log.recover();
    return log;
  }

  private void recover() {
    if (files.isEmpty()) {
      return;
    }
    first = files.firstKey();
    long start = files.lastKey();
    DiskFile file = folder.disk().open(files.lastEntry().getValue(), Disk.Mode.WRITE);
    boolean recovered = false;
    try {
      FileHeader header = FileHeader.read(file, start);
      LogRecovery.Tail tail = LogRecovery.recover(file, header);
      if (!tail.closed()) {
        folder.sync();
      }
      boolean prepared = file.sizeBytes() >= header.preparedBytes();
      active =
          new ActiveFile(file, start, prepared ? header.preparedBytes() : 0, tail.endPosition());
      epoch = tail.epoch();
      durableEnd = tail.endPosition();
      closeMarked = tail.closed() || active.isEmpty();
      recovered = true;
    } finally {
      if (!recovered) {
        file.close();
      }
    }
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
      askForNextFile();
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
      ActiveFile target = fileFor(payloads, writerEpoch);
      tailNeedsCut = true;
      target.append(stage(), kind, writerEpoch, payloads, options.groupBytes(), positions);
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
    if (tailNeedsCut && active != null) {
      active.cutTail();
      tailNeedsCut = false;
    }
  }

  /** The active file, or a new one when that is full or a prepared one is ready instead. */
  private ActiveFile fileFor(List<ByteBuffer> payloads, long writerEpoch) {
    ActiveFile current = active;
    if (current != null) {
      long bytes = payloads.stream().mapToLong(p -> RecordHeader.recordBytes(p.remaining())).sum();
      boolean betterReady = !current.isPrepared() && preparer.readyBytes() > 0;
      if (current.hasRoom(bytes, options.fileBytes()) && !(betterReady && !current.isEmpty())) {
        return current;
      }
    }
    return roll(current, writerEpoch);
  }

  private ActiveFile roll(@Nullable ActiveFile previous, long writerEpoch) {
    long start = durableEnd;
    long preparedBytes = preparer.readyBytes();
    DiskFile file =
        folder.begin(new FileHeader(start, Math.max(epoch, writerEpoch), preparedBytes));
    preparer.taken();
    var next = new ActiveFile(file, start, preparedBytes, start);
    files.put(start, file.path());
    active = next;
    if (previous != null) {
      leave(previous);
    }
    return next;
  }

  private void leave(ActiveFile previous) {
    try (previous) {
      previous.markRolled(stage(), epoch);
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "could not mark the end of a log file: {0}",
          failure.getMessage());
    }
  }

  private void askForNextFile() {
    ActiveFile current = active;
    if (current == null || (current.isPrepared() && !current.isHalfFull())) {
      return;
    }
    if (preparer.readyBytes() == 0 && durableEnd >= prepareFromPosition) {
      boolean first = files.size() == 1 && !current.isPrepared();
      prepareFromPosition = durableEnd + PREPARE_AGAIN_AFTER_BYTES;
      preparer.request(first ? options.firstFileBytes() : options.fileBytes());
    }
  }

  private RecordStage stage() {
    if (stage == null) {
      stage = new RecordStage();
    }
    return stage;
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
    return first;
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
      while (files.size() > 1 && secondStart() <= position) {
        first = secondStart();
        folder.delete(files.firstEntry().getValue());
        files.pollFirstEntry();
        Failpoints.hit("log.cut.betweenFiles");
      }
    } finally {
      lock.unlock();
    }
  }

  private long secondStart() {
    return files.higherKey(files.firstKey());
  }

  /** Opens the file that holds a position; the window knows where it starts. */
  RecordWindow openWindow(long position) {
    var entry = files.floorEntry(position);
    LogLimits.checkReadable(this, channel, position);
    if (entry == null) {
      throw new AssertionError("no log file holds position " + position);
    }
    try {
      return RecordWindow.open(folder.disk(), entry.getValue(), entry.getKey());
    } catch (ElanusException failure) {
      LogLimits.checkReadable(this, channel, position);
      throw failure;
    }
  }

  /** Where the file that starts at a position ends for readers: the next file, or the log's end. */
  long readableEnd(long startPosition) {
    long end = durableEnd;
    Long next = files.higherKey(startPosition);
    return next == null ? end : Math.min(next, end);
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
      preparer.close();
      if (active != null) {
        active.close();
      }
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
