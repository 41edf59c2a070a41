package io.elanus.segment;

import java.nio.file.Path;

/** Where a file of a segment is. */
public sealed interface FilePlace {
  /** On the local disk, for as long as somebody maps it. */
  record Here(Path path) implements FilePlace {}

  /**
   * An object that is copied to the local disk to be mapped, and may leave it while nobody reads
   * it.
   *
   * @param bytes of the object
   */
  record Elsewhere(String object, long bytes, PartStore store) implements FilePlace {}
}
