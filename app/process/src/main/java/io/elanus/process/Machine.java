package io.elanus.process;

import java.lang.management.ManagementFactory;

/** What the process runs on. */
final class Machine {
  /** For systems that do not tell. */
  private static final long USUAL_BYTES = 8L << 30;

  private Machine() {}

  /** Memory of the machine, or of the container. */
  static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : USUAL_BYTES;
  }
}
