package io.elanus.index.vector.graph;

/**
 * What walks did.
 *
 * @param followed slots whose links were read
 * @param bounded slots whose lower bounds were computed
 * @param compared slots that were compared on what is walked
 */
record WalkCounts(long followed, long bounded, long compared) {
  WalkCounts plus(WalkCounts other) {
    return new WalkCounts(
        followed + other.followed, bounded + other.bounded, compared + other.compared);
  }
}
