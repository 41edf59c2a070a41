package io.elanus.api.milvus;

import io.elanus.roles.IndexCoord;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What DescribeIndex tells beyond Milvus, as further keys beside the parameters. */
final class IndexFacts {
  private IndexFacts() {}

  /**
   * Nothing before the first file is built. {@code elanus.recall}: of the 10 nearest at the default
   * effort, the least that a build measured. {@code elanus.bytes} of all files, {@code
   * elanus.foretold_bytes} before they were built.
   */
  static Map<String, String> of(IndexCoord.Measured measured) {
    Map<String, String> facts = new TreeMap<>();
    if (measured.files() > 0) {
      facts.put("elanus.bytes", Long.toString(measured.bytes()));
      if (measured.foretold() > 0) {
        facts.put("elanus.foretold_bytes", Long.toString(measured.foretold()));
      }
      measured
          .recall()
          .ifPresent(recall ->
              facts.put("elanus.recall", String.format(Locale.ROOT, "%.4f", recall)));
    }
    return facts;
  }
}
