/**
 * The doors of the process: the port that gRPC and HTTP/1.1 share, the management port, and the
 * HTTP pipeline, router, health and metrics that both use.
 *
 * <p>Knows bytes, paths and connections; what a request means is left to the rooms that bring
 * services and routes. The shape was chosen by measurement: grpc-java on plain Netty behind a
 * sniffer of the first bytes.
 */
@NullMarked
package io.elanus.api.http;

import org.jspecify.annotations.NullMarked;
