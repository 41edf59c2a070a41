package io.elanus.roles;

/** What coordinators tell every proxy before a change counts as done. */
public interface ProxyCache {
  /**
   * Forgets what is known of a collection (0: of all of them), its aliases, load state and indexes.
   */
  void forget(long collectionId);
}
