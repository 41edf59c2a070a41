package io.elanus.node.query;

import io.elanus.roles.Segments.IndexFile;
import io.elanus.segment.IndexUse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Which index files a loaded segment goes by. Files change by one thread at a time; reads tell
 * meanwhile, on threads of their own, which they had to let go.
 */
final class IndexesInUse {
  /** Opens an index file over the segment. */
  interface Attachment {
    /**
     * Whether the file is in use now.
     *
     * @param lost runs when a read finds that it was damaged since, perhaps before this returns
     */
    IndexUse attach(IndexFile file, Runnable lost);
  }

  private final Set<IndexFile> inUse = ConcurrentHashMap.newKeySet();

  /** Files that were damaged when they were opened: they are not fetched and checked again. */
  private final Set<IndexFile> refused = new HashSet<>();

  /**
   * Attaches what is wanted and not in use yet.
   *
   * @param lost told which files reads let go; a later call may attach them anew
   * @return files that cannot be used and must be built anew
   */
  List<IndexFile> attach(List<IndexFile> wanted, Attachment attachment, Consumer<IndexFile> lost) {
    refused.retainAll(wanted);
    List<IndexFile> damaged = new ArrayList<>();
    for (IndexFile file : wanted) {
      if (!refused.contains(file)
          && !isInUse(file)
          && attach(file, attachment, lost) == IndexUse.DAMAGED) {
        refused.add(file);
      }
      if (refused.contains(file)) {
        damaged.add(file);
      }
    }
    return damaged;
  }

  private boolean isInUse(IndexFile file) {
    return inUse.stream()
        .anyMatch(
            other -> other.indexId() == file.indexId() && other.object().equals(file.object()));
  }

  /** It is noted before it is in use, for a read may let it go as soon as it is. */
  private IndexUse attach(IndexFile file, Attachment attachment, Consumer<IndexFile> lost) {
    inUse.add(file);
    IndexUse use =
        attachment.attach(
            file,
            () -> {
              inUse.remove(file);
              lost.accept(file);
            });
    if (use == IndexUse.IN_USE) {
      inUse.removeIf(other -> other.indexId() == file.indexId() && !other.equals(file));
    } else {
      inUse.remove(file);
    }
    return use;
  }

  /**
   * Lets go of what is not wanted any more. A field that loses an index is searched without, until
   * its others are attached again.
   *
   * @param detach serves a field without its indexes
   */
  void drop(List<IndexFile> wanted, LongConsumer detach) {
    Set<Long> indexes = wanted.stream().map(IndexFile::indexId).collect(Collectors.toSet());
    Set<Long> fields =
        inUse.stream()
            .filter(file -> !indexes.contains(file.indexId()))
            .map(IndexFile::fieldId)
            .collect(Collectors.toSet());
    fields.forEach(detach::accept);
    inUse.removeIf(file -> fields.contains(file.fieldId()));
  }
}
