package io.elanus.rocksdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open database and its column families. Every use of the native handles happens inside {@link
 * #use}, so that none can meet a closed database.
 */
final class RocksFolder implements AutoCloseable {
  private static final int BACKGROUND_JOBS = 2;

  /** What is done with the open database. */
  interface Use<T> {
    T with(RocksDB database) throws RocksDBException;
  }

  private final Path folder;
  private final DBOptions options;
  private final ColumnFamilyOptions familyOptions;
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<String, ColumnFamilyHandle> families = new HashMap<>();
  private final RocksDB database;
  private boolean closed;

  private RocksFolder(Path folder, long writeBufferBytes) throws RocksDBException {
    this.folder = folder;
    this.options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setMaxBackgroundJobs(BACKGROUND_JOBS)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2)
            // A family that is hardly written would keep the logs of all others for ever.
            .setMaxTotalWalSize(2 * writeBufferBytes)
            // Every write is synced: only the tail may be torn, anything else is damage.
            .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
    this.familyOptions =
        new ColumnFamilyOptions()
            .setWriteBufferSize(writeBufferBytes)
            .setCompressionType(CompressionType.NO_COMPRESSION);
    this.database = openDatabase();
  }

  /**
   * Opens or creates a database.
   *
   * @param writeBufferBytes of each column family
   */
  static RocksFolder open(Path folder, long writeBufferBytes) {
    RocksDB.loadLibrary();
    try {
      Files.createDirectories(folder);
      return new RocksFolder(folder, writeBufferBytes);
    } catch (RocksDBException failure) {
      throw RocksErrors.of(failure, "open", folder);
    } catch (IOException failure) {
      throw RocksErrors.of(
          new RocksDBException(String.valueOf(failure.getMessage())), "create folder", folder);
    }
  }

  private RocksDB openDatabase() throws RocksDBException {
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    try (var plain = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(plain, folder.toString())) {
        descriptors.add(new ColumnFamilyDescriptor(name, familyOptions));
      }
    }
    if (descriptors.isEmpty()) {
      descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB opened = RocksDB.open(options, folder.toString(), descriptors, handles);
    for (ColumnFamilyHandle handle : handles) {
      families.put(new String(handle.getName(), StandardCharsets.UTF_8), handle);
    }
    return opened;
  }

  /** Does something with the database, which stays open meanwhile. */
  <T> T use(String operation, Use<T> use) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw RocksErrors.closed();
      }
      return use.with(database);
    } catch (RocksDBException failure) {
      throw RocksErrors.of(failure, operation, folder);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Writes a batch, all or nothing, durably. */
  void write(WriteBatch batch) {
    use(
        "write",
        database -> {
          database.write(synced, batch);
          return batch;
        });
  }

  /**
   * Frees the space of keys that were deleted as a range. What is in memory is written to files
   * first, of all families, since the oldest unwritten change of any of them keeps every
   * write-ahead log that came after it; then the files of the range are merged without what was
   * deleted.
   */
  void giveBack(ColumnFamilyHandle family, byte[] begin, byte[] end) {
    use(
        "give space back",
        database -> {
          try (var flush = new FlushOptions().setWaitForFlush(true)) {
            database.flush(flush, handles());
          }
          database.compactRange(family, begin, end);
          return database;
        });
  }

  private List<ColumnFamilyHandle> handles() {
    synchronized (families) {
      return List.copyOf(families.values());
    }
  }

  /** Names of the column families. */
  List<String> families() {
    return use("list", database -> families.keySet().stream().sorted().toList());
  }

  /** An existing column family, or a new one. */
  ColumnFamilyHandle family(String name) {
    return use(
        "create column family",
        database -> {
          synchronized (families) {
            ColumnFamilyHandle handle = families.get(name);
            if (handle == null) {
              byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
              handle =
                  database.createColumnFamily(new ColumnFamilyDescriptor(bytes, familyOptions));
              families.put(name, handle);
            }
            return handle;
          }
        });
  }

  /** Removes a column family; nobody may use its handle any more. */
  void dropFamily(String name) {
    lock.writeLock().lock();
    try {
      ColumnFamilyHandle handle = closed ? null : families.remove(name);
      if (handle != null) {
        database.dropColumnFamily(handle);
        handle.close();
      }
    } catch (RocksDBException failure) {
      throw RocksErrors.of(failure, "drop column family", folder);
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        families.values().forEach(ColumnFamilyHandle::close);
        database.close();
        synced.close();
        familyOptions.close();
        options.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
