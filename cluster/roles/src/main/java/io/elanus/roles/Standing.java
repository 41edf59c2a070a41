package io.elanus.roles;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;

/**
 * Whether a role may speak for what it was given: a seat, a channel, a place among the nodes. It is
 * given for a time and renewed; once it has run out others may have been given the same. An answer
 * counts only if the role still stood after it was worked out: then nobody else had taken over when
 * its work began.
 */
@FunctionalInterface
public interface Standing {
  /** In a process that nobody can replace. */
  Standing ALWAYS = () -> true;

  /** By the process's own clock, on the safe side: false before anybody else can be told so. */
  boolean held();

  /** Gives up what was given, so that others are given it at once; nothing where nobody is. */
  default void surrender() {}

  /**
   * To be called after the work and before its answer.
   *
   * @throws ElanusException UNAVAILABLE when it is not held
   */
  default void check() {
    if (!held()) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the process lost its place in the cluster");
    }
  }
}
