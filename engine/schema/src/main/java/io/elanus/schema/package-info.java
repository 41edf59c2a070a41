/**
 * The vocabulary of Elanus: data types, schemas, metrics, columns and row batches, timestamps, and
 * the one exception type.
 *
 * <p>Knows nothing of files, indexes, networks or clusters. Everything else may use it.
 */
@NullMarked
package io.elanus.schema;

import org.jspecify.annotations.NullMarked;
