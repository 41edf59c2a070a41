package io.elanus.jdbc;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.Condition;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A transaction of the contract as work of a commit: look, compare, write. */
final class TransactionWork implements SerialCommits.Work<CommitResult> {
  private final EntryRows entries;
  private final Transaction transaction;
  private final Set<String> written = new LinkedHashSet<>();

  TransactionWork(EntryRows entries, Transaction transaction) {
    this.entries = entries;
    this.transaction = transaction;
    written.addAll(transaction.puts().keySet());
    written.addAll(transaction.deletes());
  }

  @Override
  public SerialCommits.Done<CommitResult> run(Connection connection, long revision)
      throws SQLException {
    Set<String> named = new LinkedHashSet<>(written);
    transaction.conditions().forEach(condition -> named.add(condition.key()));
    Map<String, EntryRows.Found> existing = entries.find(connection, named);
    Optional<String> conflict = conflict(existing);
    if (conflict.isPresent()) {
      return SerialCommits.Done.nothing(new CommitResult.Conflict(conflict.get()));
    }
    List<KeyChange> changes = new ArrayList<>();
    transaction
        .puts()
        .forEach(
            (key, value) -> changes.add(new KeyChange.Put(key, new Versioned(value, revision))));
    List<String> deleted =
        transaction.deletes().stream().filter(existing::containsKey).sorted().toList();
    deleted.forEach(key -> changes.add(new KeyChange.Deleted(key, revision)));
    entries.write(connection, transaction.puts(), revision, null);
    entries.delete(connection, deleted);
    return SerialCommits.Done.of(new CommitResult.Committed(revision), changes);
  }

  /** The first key that stands against the transaction. */
  private Optional<String> conflict(Map<String, EntryRows.Found> existing) {
    for (Condition condition : transaction.conditions()) {
      EntryRows.@Nullable Found found = existing.get(condition.key());
      boolean holds =
          switch (condition) {
            case Condition.Absent absent -> found == null;
            case Condition.AtRevision at -> found != null && found.revision() == at.revision();
          };
      if (!holds) {
        return Optional.of(condition.key());
      }
    }
    return written.stream()
        .filter(key -> existing.containsKey(key) && existing.get(key).leased())
        .findFirst();
  }
}
