package io.elanus.segment;

import io.elanus.schema.Column;
import io.elanus.schema.Keys;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A primary key on its way to being found: an integer, or a text as UTF-8. Texts are ordered by
 * their bytes, as filters order them.
 */
sealed interface KeyProbe {
  record Number(long key) implements KeyProbe {
    @Override
    public long hash() {
      return KeyHash.of(key);
    }

    @Override
    public int compareTo(Column column, int row) {
      return Long.compare(key, ((Column.Fixed) column).data().get(Column.LONG, 8L * row));
    }
  }

  record Text(MemorySegment utf8) implements KeyProbe {
    @Override
    public long hash() {
      return KeyHash.of(utf8, 0, utf8.byteSize());
    }

    @Override
    public int compareTo(Column column, int row) {
      Column.Variable texts = (Column.Variable) column;
      long start = texts.start(row);
      return KeyColumns.compareBytes(
          utf8, 0, utf8.byteSize(), texts.data(), start, start + texts.length(row));
    }
  }

  long hash();

  /** Negative when this key comes before the key of the row. */
  int compareTo(Column column, int row);

  static KeyProbe of(Comparable<?> key) {
    return switch (key) {
      case Long number -> new Number(number);
      case String text -> new Text(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
      default -> throw new IllegalArgumentException("a primary key is Int64 or VarChar");
    };
  }

  static KeyProbe of(Keys keys, int index) {
    return switch (keys) {
      case Keys.Longs longs -> new Number(longs.keys()[index]);
      case Keys.Texts texts -> of(texts.get(index));
    };
  }
}
