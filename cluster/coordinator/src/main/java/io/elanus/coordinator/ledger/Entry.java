package io.elanus.coordinator.ledger;

/** A record kept in metadata. Alternatives and components are part of the stored format. */
public interface Entry {
  /** Unique below the coordinator's prefix. */
  String key();
}
