package io.elanus.etcd;

import com.google.protobuf.ByteString;
import io.elanus.metadata.Lease;
import io.elanus.metadata.OperationTime;
import io.elanus.schema.ElanusException;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A hold of a key, or a wait for one, by the recipe of etcd's elections: who asks puts a place into
 * the key's queue, attached to a lease of its own; the oldest place writes the key, attached to the
 * same lease, in a transaction that checks that it is the oldest and that the key does not exist.
 * The lease takes both away, when it is closed or not renewed. The key is written once and keeps
 * its revision while it is held.
 *
 * <p>Whether it is held is told by the clock of this process: until the time to live has passed
 * since the last renewal that succeeded was <em>sent</em>. The server counts from a later moment
 * and never gives less than was asked for, so it cannot pass the key on before. A process that was
 * paused finds its hold over when it wakes, unless the server still knew the lease. The clock does
 * not run while the whole machine sleeps; commits that must not happen then require the revision of
 * the key.
 */
final class EtcdLease implements Lease {
  private static final System.Logger LOGGER = System.getLogger(EtcdLease.class.getName());
  private static final long LONGEST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A renewal is sent when a third of the time has passed. */
  private static final int RENEWALS = 3;

  private enum State {
    WAITING,
    HELD,
    OVER
  }

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final EtcdReads reads;
  private final EtcdLeaseCalls calls;
  private final LongSupplier nanoTime;
  private final Consumer<EtcdLease> onOver;
  private final String key;
  private final byte[] value;
  private final Duration ttl;

  /** Orders the steps; questions to the server are asked within, its renewals without. */
  private final ReentrantLock stepping = new ReentrantLock();

  private final Semaphore wake = new Semaphore(0);
  private volatile State state = State.WAITING;
  private volatile long lease;
  private volatile long validUntilNanos;
  private long nextRenewalNanos;

  /** The revision at which the place was taken. */
  private long placedAt;

  private @Nullable EtcdStream queue;

  EtcdLease(
      EtcdConnection connection,
      EtcdKeys keys,
      EtcdReads reads,
      EtcdLeaseCalls calls,
      LongSupplier nanoTime,
      Consumer<EtcdLease> onOver,
      String key,
      byte[] value,
      Duration ttl) {
    this.connection = connection;
    this.keys = keys;
    this.reads = reads;
    this.calls = calls;
    this.nanoTime = nanoTime;
    this.onOver = onOver;
    this.key = key;
    this.value = value.clone();
    this.ttl = ttl;
  }

  String key() {
    return key;
  }

  /** Takes a place in the queue, and the key when it is free. */
  void ask() {
    boolean asked = false;
    stepping.lock();
    try {
      KeyValue existing = takePlace();
      if (existing.getCreateRevision() != 0 && existing.getLease() == 0) {
        throw ElanusException.invalid("a key that was written cannot be leased").with("key", key);
      }
      tryToHold();
      asked = true;
    } finally {
      stepping.unlock();
      if (!asked) {
        close();
      }
    }
    // Of the platform: a renewal must not wait until others let go of the carriers.
    Thread.ofPlatform().daemon().name("etcd-lease").start(this::run);
  }

  /** Takes a place at the end of the queue; returns the key as it stands, perhaps not existing. */
  private KeyValue takePlace() {
    long asked = nanoTime.getAsLong();
    lease = calls.grant(ttl);
    renewed(asked);
    ByteString place = keys.place(key, lease);
    var put = PutRequest.newBuilder().setKey(place).setLease(lease);
    var request =
        TxnRequest.newBuilder()
            .addCompare(Compares.absent(place))
            .addSuccess(RequestOp.newBuilder().setRequestPut(put))
            .addSuccess(CommitRequest.readMeta(place, true))
            .addSuccess(CommitRequest.readMeta(keys.key(key), true))
            .addFailure(CommitRequest.readMeta(place, true))
            .addFailure(CommitRequest.readMeta(keys.key(key), true))
            .build();
    TxnResponse answer = connection.repeat("queue for a lease", stubs -> stubs.kv().txn(request));
    Map<ByteString, KeyValue> found = CommitRequest.read(answer);
    placedAt = found.getOrDefault(place, KeyValue.getDefaultInstance()).getCreateRevision();
    return found.getOrDefault(keys.key(key), KeyValue.getDefaultInstance());
  }

  private void renewed(long sentNanos) {
    validUntilNanos = sentNanos + ttl.toNanos();
    nextRenewalNanos = sentNanos + ttl.toNanos() / RENEWALS;
  }

  /** Writes the key if it is our turn; with the lock held. */
  private void tryToHold() {
    if (state != State.WAITING) {
      return;
    }
    ByteString place = keys.place(key, lease);
    ByteString user = keys.key(key);
    var put =
        PutRequest.newBuilder().setKey(user).setValue(StoredValue.inline(value)).setLease(lease);
    var request =
        TxnRequest.newBuilder()
            .addCompare(Compares.createdAt(place, placedAt))
            .addCompare(Compares.noneBefore(keys.queue(key), placedAt))
            .addCompare(Compares.absent(user))
            .addSuccess(RequestOp.newBuilder().setRequestPut(put))
            .addFailure(CommitRequest.readMeta(place, true))
            .addFailure(CommitRequest.readMeta(user, true))
            .build();
    TxnResponse answer = connection.repeat("take a lease", stubs -> stubs.kv().txn(request));
    Map<ByteString, KeyValue> found = CommitRequest.read(answer);
    KeyValue held = found.getOrDefault(user, KeyValue.getDefaultInstance());
    if (answer.getSucceeded() || held.getLease() == lease) {
      state = State.HELD;
      stopWatching();
    } else if (!found.containsKey(place)) {
      takePlace();
      wake.release();
    } else {
      watchQueue();
    }
  }

  private void watchQueue() {
    if (queue == null) {
      queue =
          new EtcdStream(connection, keys.queue(key), placedAt + 1, new QueueListener()).start();
    }
  }

  private void stopWatching() {
    EtcdStream watching = queue;
    if (watching != null) {
      watching.close();
      queue = null;
    }
  }

  /** Whatever happens in the queue, it may be our turn. */
  private final class QueueListener implements EtcdStream.Listener {
    @Override
    public void onRevision(long revision, List<Event> events) {
      wake.release();
    }

    @Override
    public long onCompacted(long firstMissed) {
      long now = reads.keysOf(keys.queue(key)).revision();
      wake.release();
      return now + 1;
    }
  }

  /** Tries again to take the key, because something before us went. */
  void retry() {
    stepping.lock();
    try {
      tryToHold();
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "a lease could not be taken yet key={0} reason={1}",
          key,
          failure.getMessage());
    } finally {
      stepping.unlock();
    }
  }

  private void run() {
    while (state != State.OVER && !connection.isClosed()) {
      long wait = nextRenewalNanos - nanoTime.getAsLong();
      try {
        boolean woken = wake.tryAcquire(Math.max(0, wait), TimeUnit.NANOSECONDS);
        wake.drainPermits();
        if (!woken && state != State.OVER) {
          renew();
        }
      } catch (InterruptedException interrupted) {
        return;
      }
      if (state == State.WAITING) {
        retry();
      }
    }
  }

  private void renew() {
    long sent = nanoTime.getAsLong();
    try {
      if (calls.renew(lease, new OperationTime(ttl.dividedBy(RENEWALS)))) {
        renewed(sent);
      } else {
        ended();
      }
    } catch (StatusException failure) {
      long pause = Math.min(ttl.toNanos() / 10, LONGEST_RETRY_NANOS);
      nextRenewalNanos = nanoTime.getAsLong() + pause;
    }
  }

  /** The server forgot the lease. One that waits gets a new place when it tries next. */
  private void ended() {
    nextRenewalNanos = nanoTime.getAsLong() + ttl.toNanos() / RENEWALS;
    if (state == State.HELD) {
      LOGGER.log(System.Logger.Level.WARNING, "a lease was lost key={0}", key);
      close();
    }
  }

  @Override
  public boolean held() {
    return state == State.HELD && nanoTime.getAsLong() - validUntilNanos < 0;
  }

  @Override
  public boolean isOver() {
    return state == State.OVER;
  }

  @Override
  public void close() {
    if (end(connection.operationTime())) {
      onOver.accept(this);
    }
  }

  /** Ends the lease here and, if it can be reached, at the server; false when it had ended. */
  boolean end(OperationTime time) {
    stepping.lock();
    try {
      if (state == State.OVER) {
        return false;
      }
      state = State.OVER;
      stopWatching();
    } finally {
      stepping.unlock();
    }
    wake.release();
    try {
      if (lease != 0 && !connection.isClosed()) {
        calls.revoke(lease, time);
      }
    } catch (ElanusException failure) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "a lease could not be given back and ends by its time key={0} reason={1}",
          key,
          failure.getMessage());
    }
    return true;
  }
}
