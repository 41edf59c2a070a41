package io.elanus.roles.codec;

/** Names as 32 bits: FNV-1a over the UTF-16 units (Fowler, Noll, Vo; RFC 9923). */
final class Names {
  private Names() {}

  static int hash(String name) {
    int hash = 0x811c9dc5;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x01000193;
    }
    return hash;
  }
}
