package io.elanus.expression;

import java.util.Random;

/** The seed of a random test; printed, and given again with {@code -Dfilter.seed=…}. */
final class Seed {
  private Seed() {}

  static long next() {
    long seed = Long.getLong("filter.seed", new Random().nextLong());
    System.out.println("filter.seed=" + seed);
    return seed;
  }
}
