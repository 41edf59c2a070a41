/**
 * One set of rows: growing in memory, or sealed in files. Searches, queries, fetches and deletes
 * over it at a read timestamp, and the files it becomes.
 *
 * <p>Owns visibility (timestamps, deletes, time to live), primary keys within the segment, the
 * manifest, writing and compacting segments, and the merge of hits of several segments. Leaves to
 * others: how a column is searched (index), how a filter is evaluated (expression), where files lie
 * (the node adapts {@link io.elanus.segment.FileSink} and {@link io.elanus.segment.FileSource}),
 * and that there are shards, partitions and nodes.
 */
@NullMarked
package io.elanus.segment;

import org.jspecify.annotations.NullMarked;
