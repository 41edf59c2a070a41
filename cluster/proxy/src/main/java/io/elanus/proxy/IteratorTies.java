package io.elanus.proxy;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Hits shown at an iterator's bound. The protocol continues strictly after the score of the last
 * hit; hits of the same score that did not fit on the page would be lost, were they not remembered
 * here. Bounded: an iterator that fell out goes on strictly after its bound.
 */
final class IteratorTies {
  private record Ties(float bound, Set<Object> keys) {}

  private final Map<String, Ties> byToken;

  IteratorTies(int capacity) {
    this.byToken =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Ties> eldest) {
            return size() > capacity;
          }
        };
  }

  synchronized Set<Object> shown(String token, float bound) {
    Ties ties = byToken.get(token);
    return ties != null && ties.bound == bound ? ties.keys : Set.of();
  }

  /** Adds to the keys of the same bound, or begins anew with another bound. */
  synchronized void show(String token, float bound, Set<Object> keys) {
    Set<Object> all = new HashSet<>(shown(token, bound));
    all.addAll(keys);
    byToken.put(token, new Ties(bound, Set.copyOf(all)));
  }
}
