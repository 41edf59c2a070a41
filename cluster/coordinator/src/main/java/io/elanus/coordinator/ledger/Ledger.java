package io.elanus.coordinator.ledger;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.roles.codec.RecordCodec;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The records of one coordinator. One decision at a time: the handler looks at the state and says
 * what changes; the changes are committed in one metadata transaction and only then applied. Reads
 * wait for an application, never for a commit.
 *
 * <p>Every transaction also carries the key {@code <prefix>term}, which the first one of each
 * ledger writes: a second ledger on the same prefix takes over with its first decision, and the
 * older one's next decision fails. Opening writes nothing.
 */
public final class Ledger<E extends Entry, S extends State<E>> {
  /** Records one decision may change. */
  public static final int MAX_CHANGES = Transaction.MAX_KEYS - 1;

  private final MetadataStore store;
  private final String prefix;
  private final Class<E> type;
  private final S state;
  private final ReentrantLock writer = new ReentrantLock();
  private final ReadWriteLock access = new ReentrantReadWriteLock();
  private long termRevision;
  private boolean termIsOurs;
  private volatile @Nullable ElanusException failure;

  private Ledger(MetadataStore store, String prefix, Class<E> type, S state) {
    this.store = store;
    this.prefix = prefix;
    this.type = type;
    this.state = state;
    store
        .range(prefix + "record/")
        .forEach((key, versioned) -> state.apply(Change.put(decode(versioned))));
    termRevision = store.get(termKey()).map(Versioned::revision).orElse(0L);
  }

  /**
   * Replays the records under a prefix.
   *
   * @param type sealed interface of the records
   * @param empty the state to replay into
   */
  public static <E extends Entry, S extends State<E>> Ledger<E, S> open(
      MetadataStore store, String prefix, Class<E> type, S empty) {
    return new Ledger<>(store, prefix, type, empty);
  }

  /** UNAVAILABLE when another ledger has taken over. Not to be called from a handler. */
  public <T> T decide(Function<S, Decision<E, T>> handler) {
    writer.lock();
    try {
      Decision<E, T> decision = handler.apply(state);
      if (!decision.changes().isEmpty()) {
        commit(decision.changes());
        access.writeLock().lock();
        try {
          decision.changes().forEach(state::apply);
        } finally {
          access.writeLock().unlock();
        }
      }
      return decision.answer();
    } finally {
      writer.unlock();
    }
  }

  /** Decides as often as the answer is that more is left than one transaction takes. */
  public void decideRepeatedly(Function<S, Decision<E, Boolean>> handler) {
    boolean more = true;
    while (more) {
      more = decide(handler);
    }
  }

  /** The result must not be a live part of the state. */
  public <T> T read(Function<S, T> reader) {
    access.readLock().lock();
    try {
      return reader.apply(state);
    } finally {
      access.readLock().unlock();
    }
  }

  /** Why the last commit failed, if it did. */
  public Optional<ElanusException> failure() {
    return Optional.ofNullable(failure);
  }

  private void commit(List<Change<E>> changes) {
    try {
      tryCommit(changes);
      failure = null;
    } catch (ElanusException failed) {
      failure = failed;
      throw failed;
    }
  }

  private void tryCommit(List<Change<E>> changes) {
    Transaction.Builder transaction =
        Transaction.builder().requireRevision(termKey(), termRevision);
    if (!termIsOurs) {
      transaction.put(termKey(), new byte[0]);
    }
    for (Change<E> change : changes) {
      String key = prefix + "record/" + change.entry().key();
      switch (change) {
        case Change.Put<E>(E entry) -> transaction.put(key, RecordCodec.encode(type, entry));
        case Change.Remove<E> removal -> transaction.delete(key);
      }
    }
    switch (store.commit(transaction.build())) {
      case CommitResult.Committed(long revision) -> {
        if (!termIsOurs) {
          termRevision = revision;
          termIsOurs = true;
        }
      }
      case CommitResult.Conflict conflict ->
          throw new ElanusException(
                  ErrorCode.UNAVAILABLE, "another coordinator has taken over this metadata")
              .with("prefix", prefix);
    }
  }

  private E decode(Versioned versioned) {
    return type.cast(RecordCodec.decode(type, ByteBuffer.wrap(versioned.value())));
  }

  private String termKey() {
    return prefix + "term";
  }
}
