package io.elanus.segment;

import org.jspecify.annotations.Nullable;

/**
 * What reads make of one mapped file of a segment.
 *
 * @param <T> of its columns, or an index
 */
sealed interface Mapping<T> permits Mapping.Lasting, Part {
  /** Mapped as long as the segment. */
  record Lasting<T>(T value) implements Mapping<T> {
    @Override
    public T use(PartsInUse read) {
      return value;
    }

    @Override
    public T now() {
      return value;
    }

    @Override
    public boolean avoided() {
      return false;
    }
  }

  /**
   * For a read, until it ends.
   *
   * @throws ColdPart when it is not mapped
   */
  T use(PartsInUse read);

  /** If it is mapped; for what does not touch the file. */
  @Nullable T now();

  /** Whether reads go on without it for now. */
  boolean avoided();
}
