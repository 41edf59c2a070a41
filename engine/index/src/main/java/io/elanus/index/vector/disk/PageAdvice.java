package io.elanus.index.vector.disk;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * What the operating system may know of the use of mapped pages ({@code madvise(2)}). Nothing
 * depends on it but time; where there is no such call, or no native access, nothing is said.
 */
enum PageAdvice {
  /** Reads go anywhere: to read ahead is in vain. */
  RANDOM(1),
  /** To be read soon: the read may begin. */
  WILL_NEED(3),
  /** Not to be kept in the memory of this process. */
  NOT_NEEDED(4);

  private static final long PAGE_BYTES = 4096;
  private static final @Nullable MethodHandle CALL = find();

  private final int number;

  PageAdvice(int number) {
    this.number = number;
  }

  private static @Nullable MethodHandle find() {
    if (!PageAdvice.class.getModule().isNativeAccessEnabled()
        || !System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    return call();
  }

  @SuppressWarnings("restricted") // only where native access was granted
  private static @Nullable MethodHandle call() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("madvise")
        .map(address ->
            linker.downcallHandle(
                address,
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT)))
        .orElse(null);
  }

  /** Tells it of a part of mapped memory, widened to whole pages. */
  void give(MemorySegment mapped, long from, long bytes) {
    MethodHandle call = CALL;
    if (call == null || !mapped.isMapped()) {
      return;
    }
    long first = (mapped.address() + from) & -PAGE_BYTES;
    long end = mapped.address() + from + bytes;
    try {
      int unused = (int) call.invokeExact(first, end - first, number);
    } catch (Throwable failure) {
      throw new IllegalStateException("madvise failed", failure);
    }
  }
}
