package io.elanus.coordinator.ledger;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * Whose records those beside a key are: whoever wrote the key last. Every transaction requires that
 * nobody wrote it since, so that the older of two writers fails. The value names the writer, empty
 * for one that came by {@link Tenure#SOLE}. For one thread at a time.
 */
public final class Term {
  private final MetadataStore store;
  private final String key;
  private final byte[] name;
  private long revision;
  private boolean ours;

  /** Writes nothing, or with {@link Tenure#SEIZED} the key. */
  public Term(MetadataStore store, String key, Tenure tenure) {
    this.store = store;
    this.key = key;
    name =
        switch (tenure) {
          case SOLE -> new byte[0];
          case SEIZED -> UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        };
    revision = present().map(Versioned::revision).orElse(0L);
    if (tenure == Tenure.SEIZED) {
      seize();
    }
  }

  private void seize() {
    while (!tryWrite()) { // the last holder's transaction came in between
      revision = present().map(Versioned::revision).orElse(0L);
    }
  }

  /**
   * After a transaction whose outcome was not told: writes the key again, so that one that is still
   * on its way can no longer be committed, and what is read now stays.
   *
   * @throws ElanusException UNAVAILABLE when somebody else wrote the key
   */
  public void renew() {
    Optional<Versioned> present = present();
    if (present.isEmpty() || !Arrays.equals(present.get().value(), name)) {
      throw lost();
    }
    revision = present.get().revision();
    if (!tryWrite()) {
      throw lost();
    }
  }

  private boolean tryWrite() {
    Transaction transaction =
        Transaction.builder().requireRevision(key, revision).put(key, name).build();
    if (store.commit(transaction) instanceof CommitResult.Committed(long committed)) {
      revision = committed;
      ours = true;
      return true;
    }
    return false;
  }

  /** A transaction that commits only while nobody else wrote the key. */
  public Transaction.Builder transaction() {
    Transaction.Builder transaction = Transaction.builder().requireRevision(key, revision);
    return ours ? transaction : transaction.put(key, name);
  }

  /**
   * Commits what {@link #transaction} began; false, and nothing is committed, when another
   * condition did not hold.
   *
   * @throws ElanusException UNAVAILABLE when somebody else wrote the key
   */
  boolean tryCommit(Transaction.Builder transaction) {
    return switch (store.commit(transaction.build())) {
      case CommitResult.Committed(long committed) -> {
        if (!ours) {
          revision = committed;
          ours = true;
        }
        yield true;
      }
      case CommitResult.Conflict(String conflicting) -> {
        if (conflicting.equals(key)) {
          throw lost();
        }
        yield false;
      }
    };
  }

  /** Of the last writing that was told to be ours; 0: none. */
  long revision() {
    return revision;
  }

  private Optional<Versioned> present() {
    return store.get(key);
  }

  private ElanusException lost() {
    return new ElanusException(
            ErrorCode.UNAVAILABLE, "another coordinator has taken over this metadata")
        .with("key", key);
  }
}
