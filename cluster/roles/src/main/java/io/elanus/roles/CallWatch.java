package io.elanus.roles;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Hears of calls where they leave and reach a process: what traces and figures are made from. Like
 * the loggers there is one for the JVM, told at its start; none is told of anything by default, and
 * a call costs nothing then. What a watch puts beside a call that leaves is there when it arrives.
 */
public interface CallWatch {
  /** Hears of nothing. */
  CallWatch NONE =
      new CallWatch() {
        @Override
        public Call arriving(Kind kind, String name, UnaryOperator<@Nullable String> headers) {
          return Call.UNWATCHED;
        }

        @Override
        public Call leaving(String name, BiConsumer<String, String> headers) {
          return Call.UNWATCHED;
        }
      };

  /** Where a call comes from. */
  enum Kind {
    CLIENT,
    ROLE
  }

  /** One call, on the thread on which it began, or on threads that this one starts. */
  interface Call {
    Call UNWATCHED =
        new Call() {
          @Override
          public void ended(boolean succeeded) {}

          @Override
          public void forgotten() {}
        };

    void ended(boolean succeeded);

    /** It will be begun anew. */
    void forgotten();
  }

  /**
   * A call begins on this thread, which is its own until it ends.
   *
   * @param name such as {@code Search} or {@code QueryNode.search}
   * @param headers value by name in lower case; null where there is none
   */
  Call arriving(Kind kind, String name, UnaryOperator<@Nullable String> headers);

  /**
   * A call to another process begins on this thread.
   *
   * @param headers takes names and values that go with it
   */
  Call leaving(String name, BiConsumer<String, String> headers);

  /** The one of this JVM. */
  static CallWatch present() {
    return Present.watch;
  }

  /** To be told once, before there are calls. */
  static void install(List<CallWatch> watches) {
    Present.watch =
        switch (watches.size()) {
          case 0 -> NONE;
          case 1 -> watches.getFirst();
          default -> new CallWatches(watches);
        };
  }

  /** Holds {@link #present}. */
  final class Present {
    private static volatile CallWatch watch = NONE;

    private Present() {}
  }
}
