package io.elanus.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** A log in memory; positions count the bytes that the local form would use. */
final class MemoryLog implements Log {
  private record Stored(long nextPosition, long epoch, ByteBuffer payload) {}

  private final String channel;
  private final int maxRecordBytes;
  private final ConcurrentSkipListMap<Long, Stored> records = new ConcurrentSkipListMap<>();
  private volatile long first;
  private volatile long end;
  private volatile long epoch;
  private volatile boolean closed;

  MemoryLog(String channel, int maxRecordBytes) {
    this.channel = channel;
    this.maxRecordBytes = maxRecordBytes;
  }

  @Override
  public synchronized AppendResult append(long writerEpoch, List<ByteBuffer> payloads) {
    LogLimits.checkPayloads(payloads, maxRecordBytes);
    checkOpen();
    if (writerEpoch < epoch) {
      return new AppendResult.Fenced(epoch);
    }
    epoch = writerEpoch;
    long[] positions = new long[payloads.size()];
    long position = end;
    for (int ordinal = 0; ordinal < positions.length; ordinal++) {
      ByteBuffer payload = payloads.get(ordinal);
      ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload.duplicate()).flip();
      long next = position + RecordHeader.recordBytes(payload.remaining());
      records.put(position, new Stored(next, writerEpoch, copy.asReadOnlyBuffer()));
      positions[ordinal] = position;
      position = next;
    }
    end = position;
    return new AppendResult.Appended(positions[0], positions, end);
  }

  @Override
  public synchronized void fence(long newEpoch) {
    checkOpen();
    epoch = Math.max(epoch, newEpoch);
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
    return end;
  }

  @Override
  public int maxRecordBytes() {
    return maxRecordBytes;
  }

  @Override
  public LogReader read(long position) {
    checkOpen();
    LogLimits.checkReadable(this, channel, position);
    return new Reader(position);
  }

  @Override
  public synchronized void cutBelow(long position) {
    checkOpen();
    LogLimits.checkCut(this, channel, position);
    Long kept = records.ceilingKey(position);
    first = Math.max(first, kept == null ? end : kept);
    records.headMap(first).clear();
  }

  void close() {
    closed = true;
  }

  private void checkOpen() {
    if (closed) {
      throw LogLimits.closed();
    }
  }

  private final class Reader implements LogReader {
    private long position;

    Reader(long position) {
      this.position = position;
    }

    @Override
    public Optional<LogRecord> next() {
      checkOpen();
      long readableEnd = end;
      if (position >= readableEnd) {
        return Optional.empty();
      }
      LogLimits.checkReadable(MemoryLog.this, channel, position);
      Map.Entry<Long, Stored> entry = records.ceilingEntry(position);
      if (entry == null || entry.getKey() >= readableEnd) {
        return Optional.empty();
      }
      Stored stored = entry.getValue();
      position = stored.nextPosition();
      ByteBuffer payload = stored.payload().duplicate().order(ByteOrder.LITTLE_ENDIAN);
      return Optional.of(new LogRecord(entry.getKey(), position, stored.epoch(), payload));
    }

    @Override
    public void close() {}
  }
}
