/**
 * The coordinators, one sub-package each: {@code root} (catalogue, ids, time), {@code data}
 * (segments and checkpoints), {@code query} (load state, views), {@code index} (definitions,
 * builds). Each keeps its records in metadata under a prefix of its own through {@code ledger} and
 * knows the others only as roles.
 *
 * <p>Decides, and tells others what to do; rows, files and the log are the nodes'.
 */
@NullMarked
package io.elanus.coordinator;

import org.jspecify.annotations.NullMarked;
