package io.elanus.index.vector.lists;

import io.elanus.index.vector.scan.Scratch;

/** The codes in the lists of an inverted file. */
sealed interface ListCodes permits ByteLists, NibbleLists, ProductLists {
  /**
   * Makes ready for the distances of one query.
   *
   * @param query [dimension], of length 1 under COSINE, turned if rows are
   * @param biases [lists] the part of a distance that all rows of a list have in common
   */
  Asked ask(float[] query, float[] biases, Scratch scratch);

  /** How many estimates cost what it costs to judge one row: by that a filter's plan goes. */
  int estimatesPerJudgement();

  /** Candidates that are worth a better look when k rows are wanted. */
  int candidates(int k, boolean refined);

  /** One query; distances are squared L2 or minus the inner product. */
  interface Asked extends Judge {
    /**
     * Estimates distances.
     *
     * @param from the first slot, a multiple of {@link Scratch#BLOCK} from the start of the list on
     * @param count consecutive slots of the list, at most {@link Scratch#BLOCK}
     * @param far a distance, or NaN
     * @param scratch takes the distances, and in {@link Scratch#within} a bit for each slot that is
     *     not farther than {@code far}
     */
    void estimate(int list, int from, int count, float far, Scratch scratch);
  }

  /** Distances as near to the truth as an index has them. */
  interface Judge {
    /**
     * Computes distances.
     *
     * @param slots [count], any
     * @param distances [count] written here
     */
    void distances(int[] slots, int count, float[] distances);
  }
}
