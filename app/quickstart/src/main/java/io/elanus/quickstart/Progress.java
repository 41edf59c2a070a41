package io.elanus.quickstart;

import java.io.PrintStream;
import java.util.Locale;

/**
 * How many texts are stored: on a terminal one line that is written over, else a line a quarter.
 */
final class Progress {
  private static final int LINES = 4;

  private final PrintStream out;
  private final boolean terminal;
  private final int texts;
  private int lines;

  Progress(PrintStream out, boolean terminal, int texts) {
    this.out = out;
    this.terminal = terminal;
    this.texts = texts;
  }

  /** Of the standard output. */
  static Progress of(int texts) {
    return new Progress(System.out, System.console() != null, texts);
  }

  void stored(int done, double seconds) {
    String line =
        String.format(
            Locale.ROOT, "embedded and stored %,d of %,d texts in %.0f s", done, texts, seconds);
    if (terminal) {
      out.print("\r" + line + (done < texts ? " " : System.lineSeparator()));
      out.flush();
    } else if ((long) done * LINES >= (long) texts * (lines + 1)) {
      lines = (int) ((long) done * LINES / texts);
      out.println(line);
    }
  }
}
