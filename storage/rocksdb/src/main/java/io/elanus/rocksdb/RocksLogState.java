package io.elanus.rocksdb;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What a channel is besides its records. In the default column family under {@code log:} and the
 * channel; little-endian: i64 epoch, i64 first position, i64 end position.
 */
record RocksLogState(long epoch, long firstPosition, long endPosition) {
  private static final RocksLogState NEW = new RocksLogState(-1, 0, 0);

  /** Whether the channel has never been written. */
  boolean isNew() {
    return epoch < 0;
  }

  static RocksLogState read(RocksFolder database, String channel) {
    byte[] bytes = database.use("read", rocks -> rocks.get(key(channel)));
    if (bytes == null) {
      return NEW;
    }
    ByteBuffer source = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new RocksLogState(source.getLong(), source.getLong(), source.getLong());
  }

  void put(WriteBatch batch, String channel) throws RocksDBException {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(epoch).putLong(firstPosition).putLong(endPosition);
    batch.put(key(channel), bytes.array());
  }

  static void delete(RocksFolder database, String channel) {
    try (var batch = new WriteBatch()) {
      database.use(
          "delete",
          rocks -> {
            batch.delete(key(channel));
            return batch;
          });
      database.write(batch);
    }
  }

  private static byte[] key(String channel) {
    return ("log:" + channel).getBytes(StandardCharsets.UTF_8);
  }
}
