/**
 * The metadata contract on PostgreSQL, MariaDB, MySQL and TiDB, shared by all processes that name
 * the same database and cluster. Decision 0027 says how.
 *
 * <p>The only room that loads a class of a JDBC driver; it is used only when configured.
 */
@NullMarked
package io.elanus.jdbc;

import org.jspecify.annotations.NullMarked;
