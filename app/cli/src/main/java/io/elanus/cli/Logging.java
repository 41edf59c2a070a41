package io.elanus.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Log lines go to standard error, one line a record: time, level, logger, sentence. The JDK's own
 * logging carries System.Logger and SLF4J alike, because it costs a start nothing to speak of.
 */
final class Logging {
  private static final String ONE_LINE = "%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n";

  /** All kept here because the log manager holds loggers weakly. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private static final Logger PULSAR = Logger.getLogger("org.apache.pulsar");

  private Logging() {}

  static void toStandardError() {
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    System.setProperty("java.util.logging.SimpleFormatter.format", ONE_LINE);
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new ConsoleHandler());
    root.setLevel(Level.INFO);
    // an over-long message is the client's fault and answered to it; no stack trace for each
    GRPC.setLevel(Level.SEVERE);
    // each of their clients tells all its settings
    KAFKA.setLevel(Level.WARNING);
    PULSAR.setLevel(Level.WARNING);
  }
}
