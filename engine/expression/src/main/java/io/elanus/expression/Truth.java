package io.elanus.expression;

import io.elanus.schema.Bits;

/**
 * The rows for which a filter is TRUE and those for which it is UNKNOWN; it is FALSE for the rest.
 * The two sets are disjoint and the receiver's own.
 */
public record Truth(Bits matches, Bits unknown) {}
