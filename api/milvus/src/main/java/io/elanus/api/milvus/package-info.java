/**
 * The Milvus gRPC service: the only room where Milvus messages exist. It reads requests into the
 * records of {@link io.elanus.roles.Proxy}, hands on, and writes the answers; errors become Milvus
 * statuses here and nowhere else.
 *
 * <p>Rules about collections, rows and searches belong to the proxy. Rules about the wire (layouts
 * of payloads, fields that are not served yet) belong here. Ports are {@code api.http}'s.
 */
@NullMarked
package io.elanus.api.milvus;

import org.jspecify.annotations.NullMarked;
