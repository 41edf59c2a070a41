package io.elanus.server;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** The allocator of the C library, which keeps what the compiler has freed unless it is asked. */
final class NativeHeap {
  private static final System.Logger LOG = System.getLogger(NativeHeap.class.getName());

  private NativeHeap() {}

  /**
   * Gives free memory back to the operating system, by {@code malloc_trim(3)} of glibc; does
   * nothing where there is no such function.
   */
  static void trim() {
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("malloc_trim")
        .map(address ->
            linker.downcallHandle(
                address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)))
        .ifPresent(mallocTrim -> {
          try {
            int released = (int) mallocTrim.invokeExact(0L);
            LOG.log(System.Logger.Level.DEBUG, "native memory given back: {0}", released == 1);
          } catch (Throwable failure) {
            throw new IllegalStateException("malloc_trim failed", failure);
          }
        });
  }
}
