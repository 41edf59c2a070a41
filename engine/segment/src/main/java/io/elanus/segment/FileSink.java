package io.elanus.segment;

import java.io.IOException;
import java.io.OutputStream;

/** Where a segment's files go; one sink for each segment. */
public interface FileSink {
  /**
   * Begins a file.
   *
   * @param name letters, digits and {@code . - _}; each name once
   */
  OutputFile create(String name);

  /** A file being written; it exists once committed, complete, and not at all before. */
  interface OutputFile extends AutoCloseable {
    OutputStream stream();

    /** Makes the file durable. */
    void commit() throws IOException;

    /** Ends the writing; a file that was not committed is discarded. */
    @Override
    void close();
  }
}
