/**
 * The binary form of messages, derived from their components: what {@code transport} sends and what
 * coordinators keep in metadata.
 *
 * <p>Knows shapes only; sockets are transport's, keys and prefixes the coordinators'.
 */
@NullMarked
package io.elanus.roles.codec;

import org.jspecify.annotations.NullMarked;
