/**
 * What every coordinator stands on: records in metadata replayed into memory, and work done beside
 * requests. Knows no record's meaning.
 */
@NullMarked
package io.elanus.coordinator.ledger;

import org.jspecify.annotations.NullMarked;
