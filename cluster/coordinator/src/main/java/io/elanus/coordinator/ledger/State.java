package io.elanus.coordinator.ledger;

/** Records in memory. {@link #apply} is the only way it changes, at replay and afterwards. */
public interface State<E extends Entry> {
  void apply(Change<E> change);
}
