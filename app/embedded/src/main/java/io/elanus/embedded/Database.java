package io.elanus.embedded;

import java.util.List;

/**
 * A database of collections. Thread-safe; errors are {@link io.elanus.schema.ElanusException} with
 * the code a server would send.
 */
public interface Database extends AutoCloseable {
  /**
   * Makes a collection, indexes its vectors and loads it. As on a server: one that is there already
   * with the same fields is returned with its rows; with other fields it is refused
   * (INVALID_PARAMETER). So a program may create what it needs at each start.
   */
  Collection create(CollectionSpec spec);

  /** A collection that exists, by name or alias, loaded. */
  Collection collection(String name);

  List<String> collections();

  /** Removes a collection; one that does not exist is no error. */
  void drop(String name);

  @Override
  void close();
}
