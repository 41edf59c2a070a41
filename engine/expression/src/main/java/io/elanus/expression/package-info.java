/**
 * Filters: the grammar of the filter language, the typed tree that a filter becomes, its form on
 * the wire, what can be read off it without rows, and its evaluation over columns in three-valued
 * logic.
 *
 * <p>Left to others: where rows and columns come from ({@link io.elanus.expression.Rows}), how a
 * scalar index is stored ({@link io.elanus.expression.ColumnIndex} is only the question it
 * answers), visibility and deletes, and the choice of an index path for a filtered search.
 */
@NullMarked
package io.elanus.expression;

import org.jspecify.annotations.NullMarked;
