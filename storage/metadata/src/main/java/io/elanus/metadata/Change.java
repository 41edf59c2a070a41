package io.elanus.metadata;

/** What a transaction did to one key. */
public sealed interface Change {
  String key();

  record Put(String key, Versioned versioned) implements Change {}

  record Deleted(String key, long revision) implements Change {}
}
