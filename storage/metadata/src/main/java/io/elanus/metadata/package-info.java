/**
 * Metadata: a small ordered map of keys to bytes with revisions, changed by transactions. The
 * contract ({@link io.elanus.metadata.MetadataStore}), a form in memory and the local form, which
 * journals and snapshots through the log's files.
 *
 * <p>Knows nothing of collections, segments or what a value means. etcd, JDBC and RocksDB live in
 * rooms of their own.
 */
@NullMarked
package io.elanus.metadata;

import org.jspecify.annotations.NullMarked;
