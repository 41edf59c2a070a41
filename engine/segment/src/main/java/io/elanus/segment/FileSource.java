package io.elanus.segment;

import java.nio.file.Path;

/** Where a segment's files can be mapped from. */
public interface FileSource {
  /** The local path of a file of the segment, fetched first when it is elsewhere. */
  Path path(String name);

  /**
   * Where a file is that is mapped as long as the segment is open; by default it stays where it is.
   *
   * @param bytes of the file
   */
  default FilePlace place(String name, long bytes) {
    return new FilePlace.Here(path(name));
  }
}
