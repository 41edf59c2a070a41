package io.elanus.segment;

import io.elanus.files.MappedFiles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts that one read uses, on whatever threads it runs: they stay mapped until it ends. */
final class PartsInUse {
  private @Nullable List<MappedFiles> parts; // most reads of files in place have none

  /**
   * @param retained by the caller
   */
  synchronized void add(MappedFiles retained) {
    if (parts == null) {
      parts = new ArrayList<>();
    }
    parts.add(retained);
  }

  synchronized void end() {
    if (parts != null) {
      parts.forEach(MappedFiles::release);
      parts = null;
    }
  }
}
