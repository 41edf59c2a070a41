package io.elanus.roles;

/**
 * Waiting within a read. A read that is likely short may run on a thread that must not wait, an
 * event loop for instance. Whoever is about to wait for another thread says so first; on such a
 * thread the read is then given up, and begun anew on one that may wait. So a read must do nothing
 * before its last wait that it must not do twice.
 */
public final class Waits {
  private static final ThreadLocal<Boolean> FORBIDDEN = new ThreadLocal<>();

  private Waits() {}

  /** Thrown to the caller of {@link #forbidden}; a signal, not a failure. */
  public static final class WouldWait extends Error {
    private static final long serialVersionUID = 1L;

    private WouldWait() {
      super("would wait", null, false, false);
    }
  }

  /**
   * Runs a read that must not wait. May be nested.
   *
   * @throws WouldWait when it would have had to
   */
  public static void forbidden(Runnable read) {
    boolean nested = FORBIDDEN.get() != null;
    FORBIDDEN.set(true);
    try {
      read.run();
    } finally {
      if (!nested) {
        FORBIDDEN.remove();
      }
    }
  }

  /**
   * To be called before waiting.
   *
   * @throws WouldWait on a thread that must not
   */
  public static void begin() {
    if (FORBIDDEN.get() != null) {
      throw new WouldWait();
    }
  }
}
