package io.elanus.vectors;

/**
 * What a kernel computes. Every distance is smaller for nearer rows, so that searching has one
 * direction.
 */
public enum Distance {
  /** Σ (q − x)². */
  L2,
  /** −Σ q·x. */
  INNER_PRODUCT,
  /** −cosine of q and x, neither of them normalised before; 0 when either is zero. */
  COSINE,
  /** Differing bits. */
  HAMMING,
  /** 1 − |q ∩ x| ÷ |q ∪ x|; 1 when both are empty. */
  JACCARD,
  /** 0 where q ⊆ x, else 1. */
  SUBSTRUCTURE,
  /** 0 where x ⊆ q, else 1. */
  SUPERSTRUCTURE,
  /** −share of the elements of two MinHash signatures that are equal. */
  MINHASH;

  /**
   * The figure that users see: similarities are larger for nearer rows, a cosine is from −1 to 1
   * also where rounding carried its distance beyond.
   */
  public float score(float distance) {
    float score = negated() ? 0f - distance : distance;
    return this == COSINE ? Math.clamp(score, -1f, 1f) : score;
  }

  /** Whether rows are compared as sets of bits. */
  public boolean ofSets() {
    return switch (this) {
      case HAMMING, JACCARD, SUBSTRUCTURE, SUPERSTRUCTURE -> true;
      case L2, INNER_PRODUCT, COSINE, MINHASH -> false;
    };
  }

  /** The distance of a score. */
  public float distance(float score) {
    return negated() ? 0f - score : score;
  }

  private boolean negated() {
    return this == INNER_PRODUCT || this == COSINE || this == MINHASH;
  }
}
