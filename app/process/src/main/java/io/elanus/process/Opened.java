package io.elanus.process;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was opened on the way to something whole. Unless all of it is kept in the end, it is closed
 * in reverse.
 */
public final class Opened implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Opened.class.getName());

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  public <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** The whole is there, and closes its parts itself. */
  public void keep() {
    parts.clear();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      close(parts.peek().getClass().getSimpleName(), parts.pop());
    }
  }

  /** Closes it, whatever happens; the log tells what did. */
  public static void close(String what, AutoCloseable part) {
    try {
      part.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      LOG.log(System.Logger.Level.ERROR, what + " did not close", failure);
    }
  }
}
