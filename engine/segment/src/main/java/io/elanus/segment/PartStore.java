package io.elanus.segment;

import java.nio.file.Path;
import java.util.Collection;

/**
 * Copies files of segments to the local disk, and has those that were longest not read leave it
 * when others need the room.
 */
public interface PartStore {
  /** What stays on the local disk until this is closed. */
  interface Kept extends AutoCloseable {
    @Override
    void close();
  }

  /** A copy that stays until it is closed. */
  interface Held extends Kept {
    Path path();
  }

  /**
   * A copy of a file that is needed at any time. Waits until there is room for it.
   *
   * @throws io.elanus.schema.ElanusException DISK_LIMIT when there is none; what the store of
   *     objects failed with
   */
  Held hold(String object, long bytes);

  /**
   * Brings a part if there is room for it without another one leaving.
   *
   * @throws io.elanus.schema.ElanusException what the store of objects failed with, or the opening
   */
  void offer(Part<?> part);

  /**
   * Brings parts, and keeps them all. Waits until there is room for them. Closed ones are left out,
   * and those that reads can do without when they cannot be had.
   *
   * @throws io.elanus.schema.ElanusException DISK_LIMIT when they do not fit at the same time; a
   *     code that may be repeated when one cannot be fetched now
   */
  Kept keep(Collection<Part<?>> parts);
}
