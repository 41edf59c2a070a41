package io.elanus.segment;

import java.nio.file.Path;

/** Where a segment's files can be mapped from. */
public interface FileSource {
  /** The local path of a file of the segment, fetched first when it is elsewhere. */
  Path path(String name);
}
