package io.elanus.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The priority of a thread as the operating system knows it. Linux ignores the one that Java sets;
 * there, {@code setpriority(2)} with 0 means the calling thread, and threads it begins inherit it.
 */
final class NativePriority {
  private static final System.Logger LOG = System.getLogger(NativePriority.class.getName());
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  /** A third of a thread's share when both want the same core; all of it when nobody else does. */
  private static final int NICE = 5;

  private NativePriority() {}

  /** Lets the calling thread step back behind others; does nothing where that cannot be said. */
  static void stepBack() {
    SetPriority.HANDLE.ifPresent(NativePriority::call);
  }

  private static void call(MethodHandle setPriority) {
    try {
      int failed = (int) setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, NICE);
      LOG.log(System.Logger.Level.DEBUG, "priority lowered: {0}", failed == 0);
    } catch (Throwable failure) {
      throw new IllegalStateException("setpriority failed", failure);
    }
  }

  /** Looked up by the first who needs it. */
  private static final class SetPriority {
    static final Optional<MethodHandle> HANDLE = find();

    private static Optional<MethodHandle> find() {
      boolean linux = System.getProperty("os.name").equals("Linux");
      if (!linux || !NativePriority.class.getModule().isNativeAccessEnabled()) {
        return Optional.empty();
      }
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find("setpriority")
          .map(address ->
              linker.downcallHandle(
                  address, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)));
    }
  }
}
