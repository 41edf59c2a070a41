/**
 * The proxy: the database as its users see it. Resolves names, checks every request in the order
 * that Milvus has and with its texts, fills ids and defaults, type-checks filters, hashes rows to
 * channels, fans out to shard leaders, merges and fetches the winners' fields.
 *
 * <p>Keeps nothing but caches: the catalogue is RootCoord's, load state QueryCoord's, index
 * definitions IndexCoord's, rows the nodes'. Knows roles only through {@link
 * io.elanus.roles.Directory}. Wire formats belong to the doors.
 *
 * <p>{@link ElanusProxy} hands out to one class for each area:
 *
 * <ul>
 *   <li>Commands: {@link DdlGate} with the {@code …Checks}, {@link IndexOperations}, {@link
 *       LoadOperations}, {@link Maintenance}, {@link CatalogueReads}.
 *   <li>Writes: {@link Inserts}, {@link Upserts}, {@link Deletes}; rows are made by {@link
 *       RowPreparation} with {@link io.elanus.proxy.column}, sent by {@link ShardRouter} and {@link
 *       ShardWriter}.
 *   <li>Reads: {@link Searches}, {@link HybridSearches}, {@link Queries}, each with a planner,
 *       {@link Leaders} and a merge; {@link WinnerFetch} and {@link SearchAnswers} finish a search.
 *   <li>Shared by them: {@link SchemaCache} and {@link SchemaRetry}, {@link ReadClock}, {@link
 *       PartitionScope}, {@link FilterPlan}, {@link ProxyConfig}.
 * </ul>
 */
@NullMarked
package io.elanus.proxy;

import org.jspecify.annotations.NullMarked;
