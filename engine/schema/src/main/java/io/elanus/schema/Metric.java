package io.elanus.schema;

import java.util.Locale;
import java.util.Optional;

/** Distance or similarity of two vectors (Milvus documentation, "Metric Types"). */
public enum Metric {
  /** Squared Euclidean distance; smaller is better. */
  L2(false),
  /** Inner product; larger is better. */
  IP(true),
  /** Cosine in [-1, 1]; larger is better; a zero vector scores 0. */
  COSINE(true),
  /** Differing bits; smaller is better. */
  HAMMING(false),
  /** 1 − |∩| ÷ |∪| of set bits; smaller is better; two empty sets are at 1. */
  JACCARD(false),
  /** 0 for a row that holds all set bits of the query, else 1; smaller is better. */
  SUBSTRUCTURE(false),
  /** 0 for a row whose set bits the query holds all, else 1; smaller is better. */
  SUPERSTRUCTURE(false),
  /** Share of equal elements of two MinHash signatures, 0 to 1; larger is better. */
  MHJACCARD(true),
  /** No metric: the index is not on a vector. */
  NONE(false);

  private final boolean largerIsBetter;

  Metric(boolean largerIsBetter) {
    this.largerIsBetter = largerIsBetter;
  }

  /** Case is ignored, as in Milvus; empty for a name that is no metric here. */
  public static Optional<Metric> ofName(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    for (Metric metric : values()) {
      if (metric != NONE && metric.name().equals(upper)) {
        return Optional.of(metric);
      }
    }
    return Optional.empty();
  }

  public boolean largerIsBetter() {
    return largerIsBetter;
  }

  /** Whether score {@code a} ranks strictly before score {@code b}. */
  public boolean better(float a, float b) {
    return largerIsBetter ? a > b : a < b;
  }
}
