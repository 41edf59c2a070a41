package io.elanus.rocksdb;

import io.elanus.log.AppendResult;
import io.elanus.log.Log;
import io.elanus.log.LogLimits;
import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * A log as a column family: the key is the position, i64 big-endian so that keys sort, the value an
 * i64 epoch, little-endian, and the payload. An append is one synced batch and changes the state
 * along with the records. Positions grow by the payload and 16.
 */
final class RocksLog implements Log {
  private static final int KEY_AND_EPOCH_BYTES = 16;

  /** Cut bytes after which their space is given back: a range delete alone frees none. */
  private static final long GIVE_BACK_AFTER_BYTES = 16L << 20;

  private final RocksFolder database;
  private final ColumnFamilyHandle family;
  private final String channel;
  private final int maxRecordBytes;
  private volatile RocksLogState state;
  private volatile boolean deleted;
  private long cutBytes;

  private RocksLog(
      RocksFolder database,
      ColumnFamilyHandle family,
      String channel,
      RocksLogState state,
      int maxRecordBytes) {
    this.database = database;
    this.family = family;
    this.channel = channel;
    this.state = state;
    this.maxRecordBytes = maxRecordBytes;
  }

  static RocksLog open(
      RocksFolder database,
      ColumnFamilyHandle family,
      String channel,
      RocksLogState state,
      int maxRecordBytes) {
    var log = new RocksLog(database, family, channel, state, maxRecordBytes);
    if (state.isNew()) {
      log.change(new RocksLogState(0, 0, 0), batch -> {});
    }
    return log;
  }

  private interface Filling {
    void fill(WriteBatch batch) throws RocksDBException;
  }

  /** Makes records and state durable together. */
  private synchronized void change(RocksLogState next, Filling filling) {
    try (var batch = new WriteBatch()) {
      database.use(
          "write",
          rocks -> {
            filling.fill(batch);
            next.put(batch, channel);
            return batch;
          });
      database.write(batch);
    }
    state = next;
  }

  @Override
  public synchronized AppendResult append(long epoch, List<ByteBuffer> payloads) {
    LogLimits.checkPayloads(payloads, maxRecordBytes);
    checkOpen();
    if (epoch < state.epoch()) {
      return new AppendResult.Fenced(state.epoch());
    }
    long[] positions = new long[payloads.size()];
    long position = state.endPosition();
    for (int ordinal = 0; ordinal < positions.length; ordinal++) {
      positions[ordinal] = position;
      position += KEY_AND_EPOCH_BYTES + payloads.get(ordinal).remaining();
    }
    change(
        new RocksLogState(epoch, state.firstPosition(), position),
        batch -> {
          for (int ordinal = 0; ordinal < positions.length; ordinal++) {
            batch.put(family, key(positions[ordinal]), value(epoch, payloads.get(ordinal)));
          }
        });
    return new AppendResult.Appended(positions[0], positions, position);
  }

  private static byte[] key(long position) {
    return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
  }

  private static byte[] value(long epoch, ByteBuffer payload) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + payload.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putLong(epoch).put(payload.duplicate()).array();
  }

  @Override
  public synchronized void fence(long epoch) {
    checkOpen();
    if (epoch > state.epoch()) {
      change(new RocksLogState(epoch, state.firstPosition(), state.endPosition()), batch -> {});
    }
  }

  @Override
  public long epoch() {
    return state.epoch();
  }

  @Override
  public long firstPosition() {
    return state.firstPosition();
  }

  @Override
  public long endPosition() {
    return state.endPosition();
  }

  @Override
  public int maxRecordBytes() {
    return maxRecordBytes;
  }

  @Override
  public LogReader read(long position) {
    checkOpen();
    LogLimits.checkReadable(this, channel, position);
    return new RocksLogReader(this, position);
  }

  /**
   * The records from a position, some at a time.
   *
   * @param bytes after so many payload bytes no further record is added
   */
  List<LogRecord> readFrom(long position, int bytes) {
    checkOpen();
    if (position >= state.endPosition()) {
      return List.of();
    }
    LogLimits.checkReadable(this, channel, position);
    return database.use(
        "read",
        rocks -> {
          var records = new ArrayList<LogRecord>();
          try (RocksIterator iterator = rocks.newIterator(family)) {
            int left = bytes;
            for (iterator.seek(key(position)); iterator.isValid() && left > 0; iterator.next()) {
              LogRecord record = decode(iterator.key(), iterator.value());
              records.add(record);
              left -= record.payload().remaining() + KEY_AND_EPOCH_BYTES;
            }
            iterator.status();
          }
          return records;
        });
  }

  private static LogRecord decode(byte[] key, byte[] value) {
    long position = ByteBuffer.wrap(key).getLong();
    ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    long epoch = bytes.getLong();
    ByteBuffer payload = bytes.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return new LogRecord(
        position, position + KEY_AND_EPOCH_BYTES + payload.remaining(), epoch, payload);
  }

  @Override
  public void cutBelow(long position) {
    long bytes;
    long first;
    synchronized (this) {
      checkOpen();
      LogLimits.checkCut(this, channel, position);
      List<LogRecord> kept = readFrom(Math.max(position, state.firstPosition()), 1);
      first = kept.isEmpty() ? state.endPosition() : kept.getFirst().position();
      long before = state.firstPosition();
      if (first > before) {
        change(
            new RocksLogState(state.epoch(), first, state.endPosition()),
            batch -> batch.deleteRange(family, key(before), key(first)));
        cutBytes += first - before;
      }
      bytes = cutBytes;
      cutBytes = bytes < GIVE_BACK_AFTER_BYTES ? bytes : 0;
    }
    if (bytes >= GIVE_BACK_AFTER_BYTES) {
      // Not under the lock: appends go on meanwhile.
      database.giveBack(family, key(0), key(first));
    }
  }

  void abandon() {
    deleted = true;
  }

  private void checkOpen() {
    if (deleted) {
      throw LogLimits.closed();
    }
    database.use("check", rocks -> rocks);
  }
}
