/**
 * Elanus inside a JVM: {@link io.elanus.embedded.Elanus#open} gives a database of collections and
 * rows, without a socket.
 */
@NullMarked
package io.elanus.embedded;

import org.jspecify.annotations.NullMarked;
