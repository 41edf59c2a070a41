/**
 * Columns as a client sent them, checked against the fields they are for: type, range, length,
 * capacity, UTF-8, JSON, NaN, sparse form. It gives back columns of exactly the field's type, the
 * same memory wherever they fit. What a request must hold, and what absent fields get, is the
 * proxy's.
 */
@NullMarked
package io.elanus.proxy.column;

import org.jspecify.annotations.NullMarked;
