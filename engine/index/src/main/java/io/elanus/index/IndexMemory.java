package io.elanus.index;

/**
 * What an index is expected to take, before it is built.
 *
 * @param fileBytes of its file, which is mapped and used in place: what it holds while it is loaded
 * @param buildBytes of memory while it is built, at most about
 */
public record IndexMemory(long fileBytes, long buildBytes) {
  /** Nothing worth counting. */
  public static final IndexMemory NONE = new IndexMemory(0, 0);
}
