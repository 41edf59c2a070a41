package io.elanus.rocksdb;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.Conflicts;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.metadata.LeaseTable;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.metadata.Watch;
import io.elanus.metadata.WatchList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * Metadata in RocksDB: in the column family {@code metadata} the key is UTF-8, the value an i64
 * revision, little-endian, and the bytes; in the default one {@code revision} is the last. A
 * transaction is one synced batch. Watches and leases live in the process, as in the local form.
 */
public final class RocksMetadataStore implements MetadataStore {
  private static final long WRITE_BUFFER_BYTES = 4L << 20;
  private static final byte[] REVISION = "revision".getBytes(StandardCharsets.UTF_8);

  private final RocksFolder database;
  private final ColumnFamilyHandle family;
  private final WatchList watches = new WatchList();
  private final LeaseTable leases = new LeaseTable(this::runLeaseStep);

  /** Orders the writers and guards the leases. */
  private final ReentrantLock writing = new ReentrantLock();

  private long revision;
  private boolean closed;

  private RocksMetadataStore(RocksFolder database) {
    this.database = database;
    this.family = database.family("metadata");
    byte[] last = database.use("read", rocks -> rocks.get(REVISION));
    this.revision = last == null ? 0 : littleEndian(last).getLong();
  }

  /**
   * Opens or creates the store.
   *
   * @param folder owned by this process
   */
  public static RocksMetadataStore open(Path folder) {
    return new RocksMetadataStore(RocksFolder.open(folder, WRITE_BUFFER_BYTES));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public Optional<Versioned> get(String key) {
    Transaction.checkKey(key);
    Optional<Versioned> written = written(key);
    return written.isPresent() ? written : leased(key);
  }

  private Optional<Versioned> written(String key) {
    byte[] value = database.use("read", rocks -> rocks.get(family, utf8(key)));
    return Optional.ofNullable(value).map(RocksMetadataStore::decode);
  }

  private Optional<Versioned> leased(String key) {
    writing.lock();
    try {
      return leases.get(key);
    } finally {
      writing.unlock();
    }
  }

  private static Versioned decode(byte[] value) {
    return new Versioned(
        Arrays.copyOfRange(value, Long.BYTES, value.length), littleEndian(value).getLong());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public SortedMap<String, Versioned> range(String prefix) {
    var found = new TreeMap<String, Versioned>();
    writing.lock();
    try {
      database.use("read", rocks -> collect(rocks.newIterator(family), prefix, found));
      leases
          .held()
          .forEach((key, versioned) -> {
            if (key.startsWith(prefix)) {
              found.put(key, versioned);
            }
          });
    } finally {
      writing.unlock();
    }
    return Collections.unmodifiableSortedMap(found);
  }

  private static RocksIterator collect(
      RocksIterator opened, String prefix, SortedMap<String, Versioned> found)
      throws RocksDBException {
    try (RocksIterator iterator = opened) {
      for (iterator.seek(utf8(prefix)); iterator.isValid(); iterator.next()) {
        String key = new String(iterator.key(), StandardCharsets.UTF_8);
        if (!key.startsWith(prefix)) {
          break;
        }
        found.put(key, decode(iterator.value()));
      }
      iterator.status();
      return iterator;
    }
  }

  @Override
  public CommitResult commit(Transaction transaction) {
    CommitResult result;
    writing.lock();
    try {
      result = commitLocked(transaction);
    } finally {
      writing.unlock();
    }
    watches.deliver();
    return result;
  }

  private CommitResult commitLocked(Transaction transaction) {
    Optional<String> conflict = Conflicts.find(transaction, this::get, leases);
    if (conflict.isPresent()) {
      return new CommitResult.Conflict(conflict.get());
    }
    long next = revision + 1;
    List<KeyChange> changes = new ArrayList<>();
    try (var batch = new WriteBatch()) {
      database.use("write", rocks -> fill(batch, transaction, next, changes));
      database.write(batch);
    }
    revision = next;
    watches.enqueue(changes);
    return new CommitResult.Committed(next);
  }

  private WriteBatch fill(
      WriteBatch batch, Transaction transaction, long next, List<KeyChange> changes)
      throws RocksDBException {
    for (var put : transaction.puts().entrySet()) {
      byte[] bytes = new byte[Long.BYTES + put.getValue().length];
      littleEndian(bytes).putLong(next).put(put.getValue());
      batch.put(family, utf8(put.getKey()), bytes);
      changes.add(new KeyChange.Put(put.getKey(), new Versioned(put.getValue(), next)));
    }
    for (String key : transaction.deletes()) {
      if (written(key).isPresent()) {
        batch.delete(family, utf8(key));
        changes.add(new KeyChange.Deleted(key, next));
      }
    }
    byte[] last = new byte[Long.BYTES];
    littleEndian(last).putLong(next);
    batch.put(REVISION, last);
    return batch;
  }

  @Override
  public Watch watch(String prefix, Consumer<List<KeyChange>> listener) {
    writing.lock();
    try {
      checkOpen();
      return watches.add(prefix, listener);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public Lease lease(String key, byte[] value, Duration ttl) {
    writing.lock();
    try {
      checkOpen();
    } finally {
      writing.unlock();
    }
    return leases.lease(key, value, ttl, any -> written(any).isPresent());
  }

  private void runLeaseStep(LeaseTable.Step step) {
    writing.lock();
    try {
      if (closed) {
        return;
      }
      watches.enqueue(step.at(++revision));
    } finally {
      writing.unlock();
    }
    watches.deliver();
  }

  @Override
  public void close() {
    writing.lock();
    try {
      closed = true;
      watches.close();
      leases.close();
      database.close();
    } finally {
      writing.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw RocksErrors.closed();
    }
  }
}
