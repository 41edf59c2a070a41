/**
 * One set of rows: growing in memory, or sealed in files. Searches, queries, fetches and deletes
 * over it at a read timestamp, and the files it becomes.
 *
 * <p>Owns visibility (timestamps, deletes, time to live), primary keys within the segment, the
 * manifest, and writing and compacting segments. Leaves to others: how a column is searched
 * (index), how a filter is evaluated (expression), where files lie (the node adapts {@link
 * io.elanus.segment.FileSink} and {@link io.elanus.segment.FileSource}), and that there are shards,
 * partitions and nodes.
 *
 * <p>Where to begin:
 *
 * <ul>
 *   <li>The two forms are {@link GrowingSegment}, with the other {@code Growing…}, and {@link
 *       SealedSegment}, with the other {@code Sealed…} and {@link SortedKeys}. To a read both are a
 *       {@link ReadView}. A sealed interface keeps them in one package.
 *   <li>A read is {@link HeldReads}, then {@link Eligibility} (the filter and {@link Visibility}),
 *       then {@link SearchExecution} with a {@link VectorSearcher}, or {@link QueryExecution}.
 *   <li>Keys are asked of a {@link KeyIndex} with a {@link KeyProbe}; deletes of keys become {@link
 *       DeletedRows} by {@link RowDeletes}.
 *   <li>A file that may leave the local disk is a {@link Part}; a read meets it as a {@link
 *       Mapping}, keeps it in {@link PartsInUse}, or ends with {@link ColdPart} when it is away.
 *   <li>Files: {@link SegmentWriter} writes them, {@link SegmentFiles} maps them, {@link
 *       Compaction} merges them; {@link ManifestCodec}, {@link DeleteFile} and {@link BloomFilter}
 *       are formats.
 * </ul>
 */
@NullMarked
package io.elanus.segment;

import org.jspecify.annotations.NullMarked;
