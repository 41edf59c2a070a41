package io.elanus.coordinator.ledger;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.roles.codec.RecordCodec;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
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
 * <p>Every transaction also carries the key {@code <prefix>term}: a second ledger on the same
 * prefix takes over with its first decision, or, with {@link Tenure#SEIZED}, when it is opened, and
 * the older one's next decision fails.
 */
public final class Ledger<E extends Entry, S extends State<E>> {
  private static final System.Logger LOG = System.getLogger(Ledger.class.getName());

  /** What a follower may take to tell the last changes; then everything is read. */
  private static final Duration CATCHING_UP = Duration.ofSeconds(2);

  /** Records one decision may change. */
  public static final int MAX_CHANGES = Transaction.MAX_KEYS - 1;

  private final MetadataStore store;
  private final String prefix;
  private final Class<E> type;
  private final S state;
  private final Tenure tenure;
  private final Term term;
  private final ReentrantLock writer = new ReentrantLock();
  private final ReadWriteLock access = new ReentrantReadWriteLock();

  /** Of a commit whose outcome was not told; guarded by the writer's lock. */
  private List<Change<E>> doubtful = List.of();

  private volatile @Nullable ElanusException failure;

  private Ledger(Records records, String prefix, Class<E> type, S state) {
    store = records.store();
    this.prefix = prefix;
    this.type = type;
    this.state = state;
    tenure = records.tenure();
    term = new Term(store, term(prefix), tenure); // before the records are read
    records.follower().filter(this::isUpToDate).ifPresentOrElse(this::adopt, this::read);
  }

  /** Written with each transaction. */
  static String term(String prefix) {
    return prefix + "term";
  }

  /** Below it are the records. */
  static String records(String prefix) {
    return prefix + "record/";
  }

  /**
   * Whether it has told of all that was committed before the term was ours. The term is written
   * once more, for a watch that was cut off may tell of what was deleted only after all else.
   */
  private boolean isUpToDate(Follower follower) {
    if (!follower.hasTold(term.revision(), CATCHING_UP)) {
      return false;
    }
    term.renew();
    return follower.hasTold(term.revision(), CATCHING_UP);
  }

  private void adopt(Follower follower) {
    follower.entries().forEach(entry -> state.apply(Change.put(type.cast(entry))));
    LOG.log(DEBUG, "records below {0} were followed and are not read", prefix);
  }

  private void read() {
    store
        .range(records(prefix))
        .forEach((key, versioned) -> state.apply(Change.put(decode(versioned))));
  }

  /**
   * Replays the records under a prefix.
   *
   * @param type sealed interface of the records
   * @param empty the state to replay into
   */
  public static <E extends Entry, S extends State<E>> Ledger<E, S> open(
      MetadataStore store, String prefix, Class<E> type, S empty, Tenure tenure) {
    return open(new Records(store, tenure), prefix, type, empty);
  }

  /** The same with records that may have been followed. */
  public static <E extends Entry, S extends State<E>> Ledger<E, S> open(
      Records records, String prefix, Class<E> type, S empty) {
    return new Ledger<>(records, prefix, type, empty);
  }

  /**
   * Not to be called from a handler.
   *
   * @throws ElanusException UNAVAILABLE when another ledger has taken over; NOT_READY when a key is
   *     there that must be absent, and nothing was committed
   */
  public <T> T decide(Function<S, Decision<E, T>> handler) {
    writer.lock();
    try {
      settleDoubts();
      Decision<E, T> decision = handler.apply(state);
      if (!decision.changes().isEmpty()) {
        commit(decision);
        apply(decision.changes());
      }
      return decision.answer();
    } finally {
      writer.unlock();
    }
  }

  private void apply(List<Change<E>> changes) {
    access.writeLock().lock();
    try {
      changes.forEach(state::apply);
    } finally {
      access.writeLock().unlock();
    }
  }

  /** Finds out whether a commit took place whose outcome was not told. */
  private void settleDoubts() {
    if (!doubtful.isEmpty()) {
      term.renew();
      if (doubtful.stream().allMatch(this::isStored)) {
        apply(doubtful);
      }
      doubtful = List.of();
    }
  }

  private boolean isStored(Change<E> change) {
    Optional<Versioned> stored = store.get(key(change));
    return switch (change) {
      case Change.Put<E>(E entry) ->
          stored.isPresent()
              && Arrays.equals(stored.get().value(), RecordCodec.encode(type, entry));
      case Change.Remove<E> removal -> stored.isEmpty();
    };
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

  private void commit(Decision<E, ?> decision) {
    boolean committed;
    try {
      committed = tryCommit(decision);
      failure = null;
    } catch (ElanusException failed) {
      failure = failed;
      if (tenure == Tenure.SEIZED) { // a store of one process takes no commit after an open outcome
        doubtful = decision.changes();
      }
      throw failed;
    }
    if (!committed) {
      throw new ElanusException(ErrorCode.NOT_READY, "what was to be absent is there")
          .with("keys", decision.absent());
    }
  }

  private boolean tryCommit(Decision<E, ?> decision) {
    Transaction.Builder transaction = term.transaction();
    decision.absent().forEach(key -> transaction.requireRevision(key, 0));
    for (Change<E> change : decision.changes()) {
      switch (change) {
        case Change.Put<E>(E entry) ->
            transaction.put(key(change), RecordCodec.encode(type, entry));
        case Change.Remove<E> removal -> transaction.delete(key(change));
      }
    }
    return term.tryCommit(transaction);
  }

  private String key(Change<E> change) {
    return records(prefix) + change.entry().key();
  }

  private E decode(Versioned versioned) {
    return type.cast(RecordCodec.decode(type, ByteBuffer.wrap(versioned.value())));
  }
}
