/**
 * The client of the Milvus service: what the library asks of a database, said over the wire.
 * Messages of the protocol end here; rows and their rules are the library's.
 */
@NullMarked
package io.elanus.api.client;

import org.jspecify.annotations.NullMarked;
