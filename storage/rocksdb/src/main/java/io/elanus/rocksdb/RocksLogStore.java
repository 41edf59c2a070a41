package io.elanus.rocksdb;

import io.elanus.log.Log;
import io.elanus.log.LogLimits;
import io.elanus.log.LogStore;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * Logs in RocksDB: a column family for each channel, named {@code log:} and the channel, and the
 * channels' state ({@link RocksLogState}) in the default one. A family without a state belongs to a
 * creation or deletion that did not come to its end and is dropped.
 */
public final class RocksLogStore implements LogStore {
  private static final String FAMILY = "log:";
  private static final long WRITE_BUFFER_BYTES = 32L << 20;

  private final RocksFolder database;
  private final int maxRecordBytes;
  private final TreeMap<String, RocksLog> logs = new TreeMap<>();

  private RocksLogStore(RocksFolder database, int maxRecordBytes) {
    this.database = database;
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * Opens or creates the store.
   *
   * @param folder owned by this process
   */
  public static RocksLogStore open(Path folder, int maxRecordBytes) {
    var store = new RocksLogStore(RocksFolder.open(folder, WRITE_BUFFER_BYTES), maxRecordBytes);
    for (String family : store.database.families()) {
      if (family.startsWith(FAMILY) && store.state(family.substring(FAMILY.length())).isNew()) {
        store.database.dropFamily(family);
      }
    }
    return store;
  }

  private RocksLogState state(String channel) {
    return RocksLogState.read(database, channel);
  }

  @Override
  public synchronized Log open(String channel) {
    LogLimits.checkChannel(channel);
    database.use("check", rocks -> rocks);
    RocksLog log = logs.get(channel);
    if (log == null) {
      log =
          RocksLog.open(
              database, database.family(FAMILY + channel), channel, state(channel), maxRecordBytes);
      logs.put(channel, log);
    }
    return log;
  }

  @Override
  public synchronized void delete(String channel) {
    LogLimits.checkChannel(channel);
    RocksLog log = logs.remove(channel);
    if (log != null) {
      log.abandon();
    }
    RocksLogState.delete(database, channel);
    database.dropFamily(FAMILY + channel);
  }

  @Override
  public List<String> channels() {
    return database.families().stream()
        .filter(family -> family.startsWith(FAMILY))
        .map(family -> family.substring(FAMILY.length()))
        .toList();
  }

  @Override
  public synchronized void close() {
    database.close();
  }
}
