/**
 * The proxy: the database as its users see it. Resolves names, checks every request in the order
 * that Milvus has and with its texts, fills ids and defaults, type-checks filters, hashes rows to
 * channels, fans out to shard leaders, merges and fetches the winners' fields.
 *
 * <p>Keeps nothing but caches: the catalogue is RootCoord's, load state QueryCoord's, index
 * definitions IndexCoord's, rows the nodes'. Knows roles only through {@link
 * io.elanus.roles.Directory}. Wire formats belong to the doors.
 */
@NullMarked
package io.elanus.proxy;

import org.jspecify.annotations.NullMarked;
