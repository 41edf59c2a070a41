package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;

/**
 * The work of a build whose steps are not known beforehand: each tells its progress as a part of
 * what the ones before it left, so that the whole rises and is never done.
 */
final class RemainingWork {
  private final BuildContext whole;
  private double done;

  RemainingWork(BuildContext whole) {
    this.whole = whole;
  }

  /**
   * The build for the next step.
   *
   * @param share of what remains, below 1
   */
  BuildContext next(double share) {
    double from = done;
    done += share * (1 - done);
    return whole.part(from, done);
  }
}
