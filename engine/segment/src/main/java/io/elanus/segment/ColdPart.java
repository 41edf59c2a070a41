package io.elanus.segment;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A read needs a part of a segment that is not on the local disk: a signal to whoever may wait for
 * it, thrown by reads of segments whose files come and go.
 */
public final class ColdPart extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** More than a read of one segment has parts; then they go as fast as they come. */
  private static final int MOST_ATTEMPTS = 100;

  private final transient Part<?> part;

  ColdPart(Part<?> part) {
    super("a part of a segment is not on the local disk", null, false, false);
    this.part = part;
  }

  /**
   * Brings the part and repeats the read while it is kept; again with what else turns out to be
   * missing. Waits.
   *
   * @param read of one segment
   */
  public <T> T repeat(Supplier<T> read) {
    PartStore store = part.store();
    Set<Part<?>> needed = new LinkedHashSet<>();
    needed.add(part);
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try (PartStore.Kept kept = store.keep(needed)) {
        return read.get();
      } catch (ColdPart more) {
        needed.add(more.part);
      }
    }
    throw new ElanusException(
        ErrorCode.RESOURCE_INSUFFICIENT, "parts of a segment come and go while it is read");
  }
}
