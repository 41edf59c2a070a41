package io.elanus.coordinator.ledger;

import java.util.List;
import java.util.Set;

/**
 * What a handler answers and the changes that make it true; without changes nothing is written.
 *
 * @param changes at most {@link Ledger#MAX_CHANGES}, committed together
 * @param absent keys of others in metadata; with one of them there, nothing is committed
 */
public record Decision<E extends Entry, T>(T answer, List<Change<E>> changes, Set<String> absent) {
  public Decision {
    changes = List.copyOf(changes);
    absent = Set.copyOf(absent);
  }

  public Decision(T answer, List<Change<E>> changes) {
    this(answer, changes, Set.of());
  }

  public static <E extends Entry, T> Decision<E, T> answer(T answer) {
    return new Decision<>(answer, List.of());
  }
}
