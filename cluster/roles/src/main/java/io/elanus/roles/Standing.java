package io.elanus.roles;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.function.Supplier;

/**
 * Whether a role may speak for what it was given: a seat, a channel, a place among the nodes. It is
 * given for a time and renewed; once it has run out others may have been given the same. An answer
 * counts only if the role still stood after it was worked out, by the same term as before: then
 * nobody else had taken over while it was worked out.
 */
@FunctionalInterface
public interface Standing {
  /** In a process that nobody can replace. */
  Standing ALWAYS = () -> true;

  /** By the process's own clock, on the safe side: false before anybody else can be told so. */
  boolean held();

  /**
   * Which hold it is: another one since it was lost and got again. It changes before the new hold
   * counts.
   */
  default long term() {
    return 0;
  }

  /** Whether it is held, and was all the time since {@link #term} gave this. */
  default boolean heldSince(long term) {
    return held() && term() == term;
  }

  /** Gives up what was given, so that others are given it at once; nothing where nobody is. */
  default void surrender() {}

  /**
   * To be called after the work and before its answer.
   *
   * @throws ElanusException UNAVAILABLE when it is not held
   */
  default void check() {
    if (!held()) {
      throw lost();
    }
  }

  /**
   * An answer that counts.
   *
   * @throws ElanusException the work's own; UNAVAILABLE when what was given was not held all the
   *     time
   */
  default <T> T through(Supplier<T> work) {
    long term = term();
    T answer = work.get();
    if (!heldSince(term)) {
      throw lost();
    }
    return answer;
  }

  private static ElanusException lost() {
    return new ElanusException(ErrorCode.UNAVAILABLE, "the process lost its place in the cluster");
  }
}
