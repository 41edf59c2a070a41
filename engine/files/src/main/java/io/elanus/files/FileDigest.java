package io.elanus.files;

/** Size and CRC32C (RFC 3720, as an unsigned 32-bit number) of a file's bytes. */
public record FileDigest(long bytes, long crc32c) {}
