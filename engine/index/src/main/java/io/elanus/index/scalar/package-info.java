/**
 * Indexes over scalar columns, elements of arrays and JSON paths: what a user may ask for, how an
 * index file is built, and the questions of {@link io.elanus.expression.ColumnIndex} answered from
 * a mapped file.
 *
 * <p>The names a user can choose among (INVERTED, BITMAP, STL_SORT, Trie, AUTOINDEX) are promises
 * about results, not about structures: all of them are one sorted dictionary with the rows of each
 * value, kept as row lists where values are rare and as Roaring sets where they are frequent.
 *
 * <p>Left to others: when an index is built, where its file lives, and who maps it.
 */
@NullMarked
package io.elanus.index.scalar;

import org.jspecify.annotations.NullMarked;
