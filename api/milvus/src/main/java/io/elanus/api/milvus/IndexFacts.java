package io.elanus.api.milvus;

import io.elanus.roles.IndexCoord;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What DescribeIndex tells beyond Milvus, as further keys beside the parameters. */
final class IndexFacts {
  private IndexFacts() {}

  /**
   * {@code elanus.built_as}: what is built for a name of an index on a graphics card, and what
   * AUTOINDEX became of the rows of each segment, every form once. While segments wait for their
   * index, {@code elanus.progress}: the share of the work that is done, 0 to 1; {@code
   * elanus.fail_reason} where a build failed, which clients do not show from its own field. Once
   * files are built, {@code elanus.recall}: of the 10 nearest at the default effort, the least that
   * a build measured; {@code elanus.bytes} of all files, {@code elanus.foretold_bytes} as expected
   * before, {@code elanus.resident_bytes} without what is as well on disk.
   */
  static Map<String, String> of(String builtAs, IndexCoord.Progress progress) {
    Map<String, String> facts = new TreeMap<>();
    IndexCoord.Measured measured = progress.measured();
    if (!progress.failReason().isEmpty()) {
      facts.put("elanus.fail_reason", progress.failReason());
    }
    if (progress.state() == IndexCoord.BuildState.IN_PROGRESS) {
      facts.put("elanus.progress", String.format(Locale.ROOT, "%.4f", progress.done()));
    }
    String forms = builtAs.isEmpty() ? String.join(", ", measured.forms()) : builtAs;
    if (!forms.isEmpty()) {
      facts.put("elanus.built_as", forms);
    }
    if (measured.files() > 0) {
      facts.put("elanus.bytes", Long.toString(measured.bytes()));
      facts.put("elanus.resident_bytes", Long.toString(measured.resident()));
      if (measured.foretold() > 0) {
        facts.put("elanus.foretold_bytes", Long.toString(measured.foretold()));
      }
      measured
          .recall()
          .ifPresent(
              recall -> facts.put("elanus.recall", String.format(Locale.ROOT, "%.4f", recall)));
    }
    return facts;
  }
}
