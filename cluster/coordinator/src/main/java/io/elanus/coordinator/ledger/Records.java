package io.elanus.coordinator.ledger;

import io.elanus.metadata.MetadataStore;
import java.util.Optional;

/**
 * Where a coordinator's records are, and how it comes by them.
 *
 * @param follower of the same records, begun while they were another's; closed by who opens them
 */
public record Records(MetadataStore store, Tenure tenure, Optional<Follower> follower) {
  /** To be read when they are opened. */
  public Records(MetadataStore store, Tenure tenure) {
    this(store, tenure, Optional.empty());
  }
}
