package io.elanus.node.data;

import io.elanus.segment.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One object on the local disk, or on its way there. All but the file is the {@link Shelf}'s. */
final class Copy {
  final String key;

  /** Where it is, once it is there; fails as its fetch does. */
  final CompletableFuture<Path> file = new CompletableFuture<>();

  /** What it takes, or will take. */
  long bytes;

  /** Segments that hold it, reads that keep it, mappings, and whoever is about to be one. */
  int users;

  /** Of these, segments that need it at any time. */
  int holds;

  /** Parts mapped from it, each as often as it is. */
  final List<Part<?>> parts = new ArrayList<>(1);

  /** When it was last asked for, or read and then left. */
  long usedNanos = System.nanoTime();

  /** Until when whoever asked for its path may still be about to open it. */
  long openedUntilNanos = usedNanos;

  /** It goes when its last user does. */
  boolean leaving;

  /** Its file is deleted, but may be mapped. */
  boolean forgotten;

  Copy(String key, long bytes) {
    this.key = key;
    this.bytes = bytes;
  }

  /** Whether nobody but parts that may leave uses it. */
  boolean mayLeave(long nowNanos) {
    return users == parts.size() && file.isDone() && nowNanos - openedUntilNanos >= 0;
  }

  boolean busy() {
    return parts.stream().anyMatch(Part::busy);
  }

  /** When it was last read. */
  long readNanos() {
    long last = usedNanos;
    for (Part<?> part : parts) {
      last = part.readNanos() - last > 0 ? part.readNanos() : last;
    }
    return last;
  }
}
