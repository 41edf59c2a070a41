package io.elanus.embedded;

import io.elanus.schema.Keys;
import java.util.List;

/**
 * Rows of one schema. Writes are durable when a method returns; reads see every write that returned
 * before.
 */
public interface Collection {
  String name();

  /** Adds rows; the keys, generated ones too, in order. A key may repeat: reads show the newest. */
  Keys insert(List<Row> rows);

  /** Adds rows or replaces those of the same keys. */
  Keys upsert(List<Row> rows);

  /** Deletes the rows that match; how many keys that were. */
  long delete(String filter);

  /** Nearest rows, best first. */
  List<Hit> search(Search search);

  /** Matching rows in key order. */
  List<Row> query(Query query);

  /** Number of rows that match; an empty filter counts all. */
  long count(String filter);

  /** Persists what is in memory as files; needed for nothing but to see them. */
  void flush();
}
