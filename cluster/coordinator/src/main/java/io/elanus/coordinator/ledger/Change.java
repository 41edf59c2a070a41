package io.elanus.coordinator.ledger;

/** What a decision does to one record. */
public sealed interface Change<E extends Entry> {
  E entry();

  record Put<E extends Entry>(E entry) implements Change<E> {}

  record Remove<E extends Entry>(E entry) implements Change<E> {}

  static <E extends Entry> Change<E> put(E entry) {
    return new Put<>(entry);
  }

  static <E extends Entry> Change<E> remove(E entry) {
    return new Remove<>(entry);
  }
}
