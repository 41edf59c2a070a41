package io.elanus.segment;

import io.elanus.files.Checksums;
import io.elanus.files.MappedFiles;
import io.elanus.schema.ElanusException;
import io.elanus.schema.KeyOrder;
import io.elanus.schema.Keys;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a sealed segment's manifest and bloom filter tell of its keys: enough to route deletes to a
 * segment without opening it. Lives on the heap.
 */
public final class KeyFacts {
  private final Keys bounds;
  private final boolean duplicates;
  private final @Nullable BloomFilter bloom;

  KeyFacts(Keys bounds, boolean duplicates, @Nullable BloomFilter bloom) {
    this.bounds = bounds;
    this.duplicates = duplicates;
    this.bloom = bloom;
  }

  /**
   * Reads the bloom filter of a segment and nothing else. A damaged one is done without: the bounds
   * alone decide then.
   */
  public static KeyFacts of(SegmentManifest manifest, FileSource source) {
    return new KeyFacts(manifest.keyBounds(), manifest.duplicateKeys(), bloom(manifest, source));
  }

  private static @Nullable BloomFilter bloom(SegmentManifest manifest, FileSource source) {
    Optional<SegmentManifest.FileEntry> entry = manifest.file(SegmentManifest.FileKind.BLOOM);
    if (entry.isEmpty()) {
      return null;
    }
    try (MappedFiles files = new MappedFiles()) {
      MemorySegment bytes = files.map(source.path(entry.get().name()));
      Checksums.verify(entry.get().name(), bytes, entry.get().digest());
      return BloomFilter.decode(entry.get().name(), bytes);
    } catch (ElanusException e) {
      System.getLogger(KeyFacts.class.getName())
          .log(System.Logger.Level.WARNING, "bloom filter bypassed, it is damaged", e);
      return null;
    }
  }

  /** Whether the segment may hold the key at {@code index}. */
  public boolean mayContain(Keys keys, int index) {
    return mayContain(KeyProbe.of(keys, index), keys.get(index));
  }

  boolean mayContain(KeyProbe probe) {
    return bounds.size() > 0 && (bloom == null || bloom.mayContain(probe.hash()));
  }

  private boolean mayContain(KeyProbe probe, Comparable<?> key) {
    return overlaps(Optional.of(key), Optional.of(key))
        && (bloom == null || bloom.mayContain(probe.hash()));
  }

  boolean overlaps(Optional<Comparable<?>> lowest, Optional<Comparable<?>> highest) {
    return bounds.size() > 0
        && (lowest.isEmpty() || KeyOrder.compare(lowest.get(), bounds.get(1)) <= 0)
        && (highest.isEmpty() || KeyOrder.compare(highest.get(), bounds.get(0)) >= 0);
  }

  boolean duplicates() {
    return duplicates;
  }
}
