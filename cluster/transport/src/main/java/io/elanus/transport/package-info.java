/**
 * The roles over gRPC: {@link io.elanus.transport.RoleServer} exposes role objects on a port,
 * {@link io.elanus.transport.RoleClient} makes stubs of the same interfaces.
 *
 * <p>Carries calls, errors and deadlines and knows none of their meaning. Where which role runs is
 * {@code app}'s affair; retries are the callers'.
 */
@NullMarked
package io.elanus.transport;

import org.jspecify.annotations.NullMarked;
