package io.elanus.index;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What AUTOINDEX made of the rows of a segment. */
public enum AutomaticForm {
  /** No graph: every search scans. */
  SCAN("FLAT"),
  /** A graph walked on the rows as they are. */
  ROWS("HNSW"),
  /** A graph walked on 7-bit codes. */
  BYTES("HNSW SQ8"),
  /** A graph walked on 4-bit codes. */
  NIBBLES("HNSW SQ4U"),
  /** A graph walked on 4-bit codes with one bit an element in front of them. */
  SIGNS("HNSW RABITQ");

  /** A parameter that only a file has: what it was built as. */
  private static final String KEY = "built_as";

  private final String text;

  AutomaticForm(String text) {
    this.text = text;
  }

  /** What users are told. */
  public String text() {
    return text;
  }

  /** Whether 4-bit codes are walked. */
  public boolean onNibbles() {
    return this == NIBBLES || this == SIGNS;
  }

  /** The spec of a file of this form. */
  public IndexSpec in(IndexSpec spec) {
    Map<String, String> params = new HashMap<>(spec.params());
    params.put(KEY, text);
    return new IndexSpec(spec.type(), spec.metric(), params);
  }

  /** The form of a file; empty for other types, and for files that do not say it. */
  public static Optional<AutomaticForm> of(IndexSpec spec) {
    String text = spec.type() == IndexType.AUTOINDEX ? spec.params().get(KEY) : null;
    for (AutomaticForm form : values()) {
      if (form.text.equals(text)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }
}
