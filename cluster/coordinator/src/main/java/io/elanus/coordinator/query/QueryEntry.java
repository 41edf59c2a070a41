package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Entry;

/** Records of QueryCoord. */
sealed interface QueryEntry extends Entry permits Wish, Assigned, ResourceGroup {}
