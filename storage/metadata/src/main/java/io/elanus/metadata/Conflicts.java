package io.elanus.metadata;

import java.util.Optional;
import java.util.function.Function;

/** Decides whether a transaction may commit. */
public final class Conflicts {
  private Conflicts() {}

  /**
   * The first key that speaks against a transaction.
   *
   * @param current looks a key up, leased ones included
   * @param leases whose held keys must not be written
   */
  public static Optional<String> find(
      Transaction transaction, Function<String, Optional<Versioned>> current, LeaseTable leases) {
    for (Condition condition : transaction.conditions()) {
      if (!holds(condition, current.apply(condition.key()))) {
        return Optional.of(condition.key());
      }
    }
    for (String key : leases.held().keySet()) {
      if (transaction.puts().containsKey(key) || transaction.deletes().contains(key)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Condition condition, Optional<Versioned> current) {
    return switch (condition) {
      case Condition.Absent absent -> current.isEmpty();
      case Condition.AtRevision at ->
          current.isPresent() && current.get().revision() == at.revision();
    };
  }
}
