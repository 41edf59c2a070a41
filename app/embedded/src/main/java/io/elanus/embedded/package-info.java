/**
 * Elanus as a library: {@link io.elanus.embedded.Elanus#open} gives a database of collections and
 * rows, inside this JVM without a socket, or of a server over the wire.
 */
@NullMarked
package io.elanus.embedded;

import org.jspecify.annotations.NullMarked;
