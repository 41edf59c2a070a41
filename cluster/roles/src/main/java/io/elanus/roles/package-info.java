/**
 * The conversation between parts: every role as an interface, its messages as records. A role may
 * be a field or a socket; nothing here tells which. All methods block and may be called from
 * virtual threads; errors are {@link io.elanus.schema.ElanusException}.
 *
 * <p>Messages hold only records, sealed interfaces, enums, primitives, strings, lists, sets, maps,
 * optionals, primitive arrays, and the types of {@code engine/schema} and {@code
 * engine/expression}, so that {@code transport} can carry them.
 */
@NullMarked
package io.elanus.roles;

import org.jspecify.annotations.NullMarked;
