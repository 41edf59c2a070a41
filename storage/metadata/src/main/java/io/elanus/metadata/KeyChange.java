package io.elanus.metadata;

/** What a transaction did to one key. */
public sealed interface KeyChange {
  String key();

  record Put(String key, Versioned versioned) implements KeyChange {}

  record Deleted(String key, long revision) implements KeyChange {}
}
