package io.elanus.files;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/** Writes little-endian values and runs of memory to a stream, counting and summing the bytes. */
public final class DigestOutput {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final CRC32C crc = new CRC32C();
  private int filled;
  private long flushedBytes;

  /**
   * @param out borrowed; flushed by {@link #finish}, never closed
   */
  public DigestOutput(OutputStream out) {
    this.out = out;
  }

  /** Bytes so far. */
  public long position() {
    return flushedBytes + filled;
  }

  public void writeByte(int value) throws IOException {
    if (filled == BUFFER_BYTES) {
      flush();
    }
    buffer[filled++] = (byte) value;
  }

  public void writeInt(int value) throws IOException {
    for (int shift = 0; shift < 32; shift += 8) {
      writeByte(value >>> shift);
    }
  }

  public void writeLong(long value) throws IOException {
    for (int shift = 0; shift < 64; shift += 8) {
      writeByte((int) (value >>> shift));
    }
  }

  public void write(byte[] bytes) throws IOException {
    write(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  public void write(MemorySegment from, long offset, long bytes) throws IOException {
    long at = offset;
    long end = offset + bytes;
    while (at < end) {
      if (filled == BUFFER_BYTES) {
        flush();
      }
      int step = (int) Math.min(end - at, BUFFER_BYTES - filled);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, buffer, filled, step);
      filled += step;
      at += step;
    }
  }

  public void writeZeros(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      writeByte(0);
    }
  }

  /** Writes zeros up to the next multiple of {@code alignmentBytes}. */
  public void align(int alignmentBytes) throws IOException {
    while (position() % alignmentBytes != 0) {
      writeByte(0);
    }
  }

  /** Hands everything on; returns the digest of all bytes. */
  public FileDigest finish() throws IOException {
    flush();
    out.flush();
    return new FileDigest(flushedBytes, crc.getValue());
  }

  private void flush() throws IOException {
    crc.update(buffer, 0, filled);
    out.write(buffer, 0, filled);
    flushedBytes += filled;
    filled = 0;
  }
}
