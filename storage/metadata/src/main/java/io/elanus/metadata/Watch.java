package io.elanus.metadata;

/** A running watch; no call to its listener begins after close returned. */
public interface Watch extends AutoCloseable {
  @Override
  void close();
}
