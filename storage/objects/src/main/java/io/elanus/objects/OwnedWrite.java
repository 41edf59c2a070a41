package io.elanus.objects;

import java.util.function.Supplier;

/**
 * A write on the condition that the key is free, whose answer can be lost after the server did it;
 * the repetition is then refused because of our own object. So every object carries an id of its
 * writer, which is looked at whenever a write was refused or its outcome is not known.
 */
public final class OwnedWrite {
  /** An object that stands in the way may be deleted before it is looked at. */
  private static final int MOST_TRIES = 5;

  /** What became of one attempt. */
  public enum Outcome {
    WRITTEN,
    /** Something has the key, perhaps what an earlier attempt wrote. */
    REFUSED,
    /** No answer came in time. */
    UNKNOWN
  }

  /** Whose an object is. */
  public enum Owner {
    US,
    OTHERS,
    NOBODY
  }

  private OwnedWrite() {}

  /**
   * True when we wrote the object, false when another has the key.
   *
   * @param attempt writes once, with repetitions of its own
   * @param owner looks at what is there
   * @param failure what is thrown when nothing is there in the end
   */
  public static boolean run(
      Supplier<Outcome> attempt, Supplier<Owner> owner, Supplier<RuntimeException> failure) {
    for (int tries = 1; ; tries++) {
      Outcome outcome = attempt.get();
      if (outcome == Outcome.WRITTEN) {
        return true;
      }
      Owner found = owner.get();
      if (found != Owner.NOBODY) {
        return found == Owner.US;
      }
      if (outcome == Outcome.UNKNOWN || tries == MOST_TRIES) {
        throw failure.get();
      }
    }
  }
}
