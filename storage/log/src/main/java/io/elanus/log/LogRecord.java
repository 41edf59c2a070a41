package io.elanus.log;

import java.nio.ByteBuffer;

/**
 * One record of a log.
 *
 * @param position where it begins
 * @param nextPosition where the next one begins, to resume a read after this one
 * @param epoch the writer's
 * @param payload read-only, little-endian; borrowed until the reader is asked for the next record
 */
public record LogRecord(long position, long nextPosition, long epoch, ByteBuffer payload) {}
