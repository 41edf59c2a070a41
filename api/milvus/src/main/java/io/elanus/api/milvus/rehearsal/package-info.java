/**
 * A small client that plays a common session against the server's own port, so that classes are
 * loaded and compiled before users come. It knows the wire, not the service: what it sends is what
 * any client would send. When it plays, and on which data, is the server's to say.
 */
@NullMarked
package io.elanus.api.milvus.rehearsal;

import org.jspecify.annotations.NullMarked;
