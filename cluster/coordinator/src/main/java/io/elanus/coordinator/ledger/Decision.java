package io.elanus.coordinator.ledger;

import java.util.List;

/**
 * What a handler answers and the changes that make it true; without changes nothing is written.
 *
 * @param changes at most {@link Ledger#MAX_CHANGES}, committed together
 */
public record Decision<E extends Entry, T>(T answer, List<Change<E>> changes) {
  public Decision {
    changes = List.copyOf(changes);
  }

  public static <E extends Entry, T> Decision<E, T> answer(T answer) {
    return new Decision<>(answer, List.of());
  }
}
