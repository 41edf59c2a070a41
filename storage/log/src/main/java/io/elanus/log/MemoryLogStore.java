package io.elanus.log;

import java.util.List;
import java.util.TreeMap;

/** Logs in memory, for tests and databases that shall not outlive their process. */
public final class MemoryLogStore implements LogStore {
  private final TreeMap<String, MemoryLog> logs = new TreeMap<>();
  private final int maxRecordBytes;
  private boolean closed;

  public MemoryLogStore() {
    this(LogOptions.MAX_RECORD_BYTES);
  }

  public MemoryLogStore(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }

  @Override
  public synchronized Log open(String channel) {
    checkOpen();
    LogLimits.checkChannel(channel);
    return logs.computeIfAbsent(channel, name -> new MemoryLog(name, maxRecordBytes));
  }

  @Override
  public synchronized void delete(String channel) {
    checkOpen();
    LogLimits.checkChannel(channel);
    MemoryLog log = logs.remove(channel);
    if (log != null) {
      log.close();
    }
  }

  @Override
  public synchronized List<String> channels() {
    checkOpen();
    return List.copyOf(logs.keySet());
  }

  @Override
  public synchronized void close() {
    closed = true;
    logs.values().forEach(MemoryLog::close);
  }

  private void checkOpen() {
    if (closed) {
      throw LogLimits.closed();
    }
  }
}
