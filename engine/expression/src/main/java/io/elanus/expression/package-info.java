/**
 * Filters: the grammar of the filter language, the typed tree that a filter becomes, its form on
 * the wire, what can be read off it without rows, and its evaluation over columns in three-valued
 * logic.
 *
 * <p>Left to others: where rows and columns come from ({@link io.elanus.expression.Rows}), how a
 * scalar index is stored ({@link io.elanus.expression.ColumnIndex} is only the question it
 * answers), visibility and deletes, and the choice of an index path for a filtered search.
 *
 * <p>Where to begin:
 *
 * <ul>
 *   <li>{@link FilterParser}: text, by {@link SyntaxReader}, to {@link Syntax}, by {@link Typing},
 *       to {@link Filter}.
 *   <li>{@link FilterEvaluator}: a {@link Filter} over {@link Rows} to a {@link Truth}; a leaf is
 *       answered by {@link IndexAnswers} or by a {@link Scan}.
 *   <li>{@link FilterFacts} without rows; {@link FilterCodec} between processes.
 * </ul>
 */
@NullMarked
package io.elanus.expression;

import org.jspecify.annotations.NullMarked;
