package io.elanus.expression;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The syntax of the texts parsed last; texts too long to be written by hand are not kept. */
final class RecentSyntax {
  private static final int MAX_ENTRIES = 1024;
  private static final int MAX_TEXT_LENGTH = 4096;

  private final Map<String, Syntax> recent =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Syntax> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  Syntax read(String text) {
    if (text.length() > MAX_TEXT_LENGTH) {
      return SyntaxReader.read(text);
    }
    Syntax known = get(text);
    if (known != null) {
      return known;
    }
    Syntax read = SyntaxReader.read(text);
    put(text, read);
    return read;
  }

  private synchronized @Nullable Syntax get(String text) {
    return recent.get(text);
  }

  private synchronized void put(String text, Syntax syntax) {
    recent.put(text, syntax);
  }
}
