package io.elanus.segment;

import java.util.concurrent.Executor;

/**
 * Threads that may help with the queries of one search.
 *
 * @param pool platform threads; may be the one that the search runs on
 * @param threads to call at most
 */
public record SearchHelp(Executor pool, int threads) {
  /** The caller's thread searches alone. */
  public static final SearchHelp NONE = new SearchHelp(Runnable::run, 0);
}
