package io.elanus.metadata;

/**
 * A running watch; after close returned only a call that was under way may still run to its end.
 */
public interface Watch extends AutoCloseable {
  @Override
  void close();
}
