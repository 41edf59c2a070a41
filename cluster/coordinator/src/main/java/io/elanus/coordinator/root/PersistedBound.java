package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.coordinator.ledger.Term;
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
import org.jspecify.annotations.Nullable;

/**
 * A number in metadata that was written before anything below it was handed out. The value is 8
 * bytes, little-endian. Written by compare-and-set: of two writers the older one fails, with {@link
 * Tenure#SEIZED} from the moment on when the newer one read it, which the key {@code <key>-term}
 * sees to.
 */
final class PersistedBound {
  private static final System.Logger LOG = System.getLogger(PersistedBound.class.getName());

  private final MetadataStore store;
  private final String key;
  private final Background background;
  private final AtomicBoolean raising = new AtomicBoolean();
  private final @Nullable Term term;
  private volatile long bound;
  private long revision;

  /** Whether the outcome of the last write was not told. */
  private boolean doubtful;

  /** Fails, rather than guesses, when the bound cannot be read. */
  PersistedBound(
      MetadataStore store, String key, long initial, Background background, Tenure tenure) {
    this.store = store;
    this.key = key;
    this.background = background;
    term = tenure == Tenure.SEIZED ? new Term(store, key + "-term", tenure) : null;
    bound = initial;
    read();
  }

  private void read() {
    Optional<Versioned> stored = store.get(key);
    bound = stored.map(this::decode).orElse(bound);
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

  /**
   * At an orderly end: what lies between {@code target} and the bound was never handed out. That it
   * stays reserved when this fails, for instance because another one has taken over, harms nobody.
   */
  synchronized void lowerTo(long target) {
    if (target < bound && revision > 0) {
      try {
        write(target);
      } catch (ElanusException e) {
        LOG.log(System.Logger.Level.WARNING, "bound not given back at the end, key " + key, e);
      }
    }
  }

  private void write(long target) {
    if (doubtful && term != null) {
      term.renew();
      read();
      doubtful = false;
    }
    byte[] value =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(target).array();
    Transaction.Builder transaction = term == null ? Transaction.builder() : term.transaction();
    transaction.requireRevision(key, revision).put(key, value);
    Failpoints.hit("tso.beforeBound");
    doubtful = true;
    switch (store.commit(transaction.build())) {
      case CommitResult.Committed(long committed) -> {
        revision = committed;
        bound = target;
        doubtful = false;
        Failpoints.hit("tso.afterBound");
      }
      case CommitResult.Conflict conflict -> {
        doubtful = false;
        throw new ElanusException(
                ErrorCode.UNAVAILABLE, "another coordinator has taken over this metadata")
            .with("key", key);
      }
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
