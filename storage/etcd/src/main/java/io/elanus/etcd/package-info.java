/**
 * Metadata on etcd, for clusters: {@link EtcdMetadataStore} keeps the contract of the metadata room
 * on a server that many processes share.
 *
 * <p>The only room that knows etcd; it is used only when configured. It speaks to etcd through
 * jetcd's messages and gRPC stubs over connections of its own. Compaction of etcd's history is left
 * to the server.
 */
@NullMarked
package io.elanus.etcd;

import org.jspecify.annotations.NullMarked;
