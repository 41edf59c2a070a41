package io.elanus.expression;

import io.elanus.schema.Bits;
import org.jspecify.annotations.Nullable;

/**
 * An answer on its way: like {@link Truth}, but without a set when nothing is unknown, as for
 * columns that cannot be null. Both sets are the receiver's own.
 */
record Ternary(Bits yes, @Nullable Bits unknown) {
  static Ternary of(Bits yes) {
    return new Ternary(yes, null);
  }

  /** What is FALSE becomes TRUE and the other way round, within {@code candidates}. */
  Ternary negated(@Nullable Bits candidates) {
    Bits no = candidates == null ? yes.flip() : candidates.copy().andNot(yes);
    return new Ternary(unknown == null ? no : no.andNot(unknown), unknown);
  }

  Ternary within(@Nullable Bits candidates) {
    if (candidates != null) {
      yes.and(candidates);
      if (unknown != null) {
        unknown.and(candidates);
      }
    }
    return this;
  }
}
