package io.elanus.index;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What is known of the build of an index file by whoever keeps a list of them: files may have
 * changed places.
 *
 * @param spec the type and the metric that it was built with; empty: not known
 * @param checksum the one in its header, of all its checksums and figures ({@link #checksum}), by
 *     which files of the same shape are told apart; empty: not known
 */
public record IndexOrigin(Optional<IndexSpec> spec, Optional<Integer> checksum) {
  /** Nothing is known. */
  public static final IndexOrigin UNKNOWN = new IndexOrigin(Optional.empty(), Optional.empty());

  /** Where index files of vectors and of scalars both have it. */
  private static final int CHECKSUM_AT = 12;

  /**
   * The checksum in the header of an index file; whether it is right is seen when the file is
   * opened.
   *
   * @throws ElanusException DATA_INTEGRITY when the file is too short to have one, IO_FAILED when
   *     it cannot be read
   */
  public static int checksum(Path file) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, CHECKSUM_AT + bytes.position()) < 0) {
          throw new EOFException("no header");
        }
      }
    } catch (EOFException tooShort) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "an index file has no header", tooShort)
          .with("file", file);
    } catch (IOException failed) {
      throw new ElanusException(ErrorCode.IO_FAILED, "cannot read an index file", failed)
          .with("file", file);
    }
    return bytes.getInt(0);
  }

  /** Whether a file with this checksum in its header may be the one. */
  public boolean fits(int found) {
    return checksum.isEmpty() || checksum.get() == found;
  }

  /** Whether a file of this type and metric may be the one; parameters may have been altered. */
  public boolean fits(IndexSpec found) {
    return spec.isEmpty()
        || (spec.get().type() == found.type() && spec.get().metric() == found.metric());
  }
}
