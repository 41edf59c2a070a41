package io.elanus.coordinator;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.Condition;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.metadata.Watch;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An ordered map with revisions; counts commits. */
public final class FakeMetadata implements MetadataStore {
  private final TreeMap<String, Versioned> values = new TreeMap<>();
  private long revision;
  private int commits;
  private int commitsBeforeFailure = Integer.MAX_VALUE;
  private int answersToLose;
  private int ranges;
  private final Map<String, Consumer<List<KeyChange>>> watches = new TreeMap<>();

  /** Commits fail from now on, or no longer. */
  public synchronized void fail(boolean fail) {
    failAfter(fail ? 0 : Integer.MAX_VALUE);
  }

  /** So many commits succeed, and then none. */
  public synchronized void failAfter(int more) {
    commitsBeforeFailure = more;
  }

  /** So many of the next commits take place, and their callers are told that they failed. */
  public synchronized void loseAnswers(int count) {
    answersToLose = count;
  }

  public synchronized int commits() {
    return commits;
  }

  /** Reads of many keys. */
  public synchronized int ranges() {
    return ranges;
  }

  @Override
  public synchronized Optional<Versioned> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public synchronized SortedMap<String, Versioned> range(String prefix) {
    ranges++;
    return new TreeMap<>(values.subMap(prefix, prefix + Character.MAX_VALUE));
  }

  @Override
  public synchronized CommitResult commit(Transaction transaction) {
    for (Condition condition : transaction.conditions()) {
      long present = get(condition.key()).map(Versioned::revision).orElse(0L);
      boolean holds =
          switch (condition) {
            case Condition.Absent absent -> present == 0;
            case Condition.AtRevision at -> present == at.revision();
          };
      if (!holds) {
        return new CommitResult.Conflict(condition.key());
      }
    }
    if (commitsBeforeFailure == 0) {
      throw new ElanusException(ErrorCode.IO_FAILED, "planned failure of metadata");
    }
    revision++;
    commits++;
    commitsBeforeFailure--;
    transaction.deletes().forEach(values::remove);
    transaction.puts().forEach((key, value) -> values.put(key, new Versioned(value, revision)));
    watches.forEach((prefix, listener) -> tell(prefix, listener, transaction));
    if (answersToLose > 0) {
      answersToLose--;
      throw new ElanusException(ErrorCode.UNAVAILABLE, "planned loss of an answer");
    }
    return new CommitResult.Committed(revision);
  }

  private void tell(String prefix, Consumer<List<KeyChange>> listener, Transaction transaction) {
    List<KeyChange> changes = new ArrayList<>();
    transaction
        .puts()
        .forEach(
            (key, value) -> changes.add(new KeyChange.Put(key, new Versioned(value, revision))));
    transaction.deletes().forEach(key -> changes.add(new KeyChange.Deleted(key, revision)));
    changes.removeIf(change -> !change.key().startsWith(prefix));
    if (!changes.isEmpty()) {
      listener.accept(changes);
    }
  }

  /** One for a prefix; told by who commits. */
  @Override
  public synchronized Watch watch(String prefix, Consumer<List<KeyChange>> listener) {
    watches.put(prefix, listener);
    return () -> watches.remove(prefix);
  }

  @Override
  public Lease lease(String key, byte[] value, Duration ttl) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
