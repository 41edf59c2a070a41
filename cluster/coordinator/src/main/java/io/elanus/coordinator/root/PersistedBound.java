package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Background;
import io.elanus.disk.Failpoints;
import io.elanus.metadata.CommitResult;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A number in metadata that was written before anything below it was handed out. The value is 8
 * bytes, little-endian. Written by compare-and-set: of two writers the older one fails.
 */
final class PersistedBound {
  private static final System.Logger LOG = System.getLogger(PersistedBound.class.getName());

  private final MetadataStore store;
  private final String key;
  private final Background background;
  private final AtomicBoolean raising = new AtomicBoolean();
  private volatile long bound;
  private long revision;

  /** Fails, rather than guesses, when the bound cannot be read. */
  PersistedBound(MetadataStore store, String key, long initial, Background background) {
    this.store = store;
    this.key = key;
    this.background = background;
    Optional<Versioned> stored = store.get(key);
    bound = stored.map(this::decode).orElse(initial);
    revision = stored.map(Versioned::revision).orElse(0L);
  }

  /** Everything handed out, by earlier processes too, is smaller. */
  long get() {
    return bound;
  }

  /** Makes the bound durable unless it is as large already. */
  synchronized void raiseTo(long target) {
    if (target > bound) {
      write(target);
    }
  }

  /** The same beside the caller's work; a failure shows when the bound is reached. */
  void raiseSoon(long target) {
    if (target > bound && raising.compareAndSet(false, true)) {
      background.run(() -> {
        try {
          raiseTo(target);
        } catch (ElanusException e) {
          LOG.log(System.Logger.Level.WARNING, "bound not raised ahead of time, key " + key, e);
        } finally {
          raising.set(false);
        }
      });
    }
  }

  /** At an orderly end: what lies between {@code target} and the bound was never handed out. */
  synchronized void lowerTo(long target) {
    if (target < bound && revision > 0) {
      write(target);
    }
  }

  private void write(long target) {
    byte[] value =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(target).array();
    Transaction transaction =
        Transaction.builder().requireRevision(key, revision).put(key, value).build();
    Failpoints.hit("tso.beforeBound");
    switch (store.commit(transaction)) {
      case CommitResult.Committed(long committed) -> {
        revision = committed;
        bound = target;
        Failpoints.hit("tso.afterBound");
      }
      case CommitResult.Conflict conflict ->
          throw new ElanusException(
                  ErrorCode.UNAVAILABLE, "another coordinator has taken over this metadata")
              .with("key", key);
    }
  }

  private long decode(Versioned stored) {
    if (stored.value().length != Long.BYTES) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "a persisted bound is damaged")
          .with("key", key)
          .with("bytes", stored.value().length);
    }
    return ByteBuffer.wrap(stored.value()).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
