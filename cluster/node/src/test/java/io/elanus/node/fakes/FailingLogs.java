package io.elanus.node.fakes;

import io.elanus.log.AppendResult;
import io.elanus.log.Log;
import io.elanus.log.LogReader;
import io.elanus.log.LogStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Logs whose appends and fences fail when the test says so; nothing is written then. */
public final class FailingLogs implements LogStore {
  private final LogStore store;
  private volatile Runnable beforeAppend = () -> {};
  private volatile boolean reachable = true;

  public FailingLogs(LogStore store) {
    this.store = store;
  }

  /** Appends fail with this code from now on, or no longer. */
  public void fail(Optional<ErrorCode> code) {
    beforeAppend =
        () ->
            code.ifPresent(known -> {
              throw new ElanusException(known, "planned failure of the log");
            });
  }

  /** Appends end with such an error from now on. */
  public void failWith(Supplier<Error> error) {
    beforeAppend =
        () -> {
          throw error.get();
        };
  }

  @Override
  public Log open(String channel) {
    Log log = store.open(channel);
    return new Log() {
      @Override
      public AppendResult append(long epoch, List<ByteBuffer> payloads) {
        beforeAppend.run();
        return log.append(epoch, payloads);
      }

      @Override
      public void fence(long epoch) {
        beforeAppend.run();
        log.fence(epoch);
      }

      @Override
      public long epoch() {
        return log.epoch();
      }

      @Override
      public long firstPosition() {
        return log.firstPosition();
      }

      @Override
      public long endPosition() {
        return log.endPosition();
      }

      @Override
      public int maxRecordBytes() {
        return log.maxRecordBytes();
      }

      @Override
      public LogReader read(long position) {
        return log.read(position);
      }

      @Override
      public void cutBelow(long position) {
        log.cutBelow(position);
      }
    };
  }

  @Override
  public boolean reachable(Duration within) {
    return reachable;
  }

  /** Whether the store answers, appends apart. */
  public void reachable(boolean answers) {
    reachable = answers;
  }

  @Override
  public void delete(String channel) {
    store.delete(channel);
  }

  @Override
  public List<String> channels() {
    return store.channels();
  }

  @Override
  public void close() {
    store.close();
  }
}
