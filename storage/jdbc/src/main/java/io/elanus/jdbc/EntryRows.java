package io.elanus.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Statements on the rows of keys, within a commit. */
final class EntryRows {
  /**
   * @param leased it exists by a lease
   */
  record Found(long revision, boolean leased) {}

  private final int space;
  private final Dialect dialect;

  EntryRows(Keyspace space, Dialect dialect) {
    this.space = space.id();
    this.dialect = dialect;
  }

  /** Those of some keys that exist. */
  Map<String, Found> find(Connection connection, Collection<String> keys) throws SQLException {
    Map<String, Found> found = new HashMap<>();
    if (keys.isEmpty()) {
      return found;
    }
    String sql =
        "SELECT name, revision, lease FROM elanus_entry WHERE space = ? AND id IN "
            + placeholders(keys.size());
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      setIds(select, keys);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.put(
              EntryKey.text(rows.getBytes(1)),
              new Found(rows.getLong(2), rows.getBytes(3) != null));
        }
      }
    }
    return found;
  }

  private static String placeholders(int count) {
    return "(" + String.join(", ", Collections.nCopies(count, "?")) + ")";
  }

  private void setIds(PreparedStatement statement, Collection<String> keys) throws SQLException {
    int at = 1;
    statement.setInt(at++, space);
    for (String key : keys) {
      statement.setBytes(at++, EntryKey.of(key).id());
    }
  }

  /**
   * Writes keys, in one statement.
   *
   * @param lease by which they exist, if any
   */
  void write(
      Connection connection, Map<String, byte[]> values, long revision, byte @Nullable [] lease)
      throws SQLException {
    if (values.isEmpty()) {
      return;
    }
    String sql =
        "INSERT INTO elanus_entry (space, id, name, head, value, revision, lease) VALUES "
            + String.join(", ", Collections.nCopies(values.size(), placeholders(7)))
            + dialect.upsertTail();
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      int at = 1;
      for (Map.Entry<String, byte[]> value : values.entrySet()) {
        EntryKey key = EntryKey.of(value.getKey());
        insert.setInt(at++, space);
        insert.setBytes(at++, key.id());
        insert.setBytes(at++, key.name());
        insert.setBytes(at++, key.head());
        insert.setBytes(at++, value.getValue());
        insert.setLong(at++, revision);
        insert.setBytes(at++, lease);
      }
      insert.executeUpdate();
    }
  }

  void delete(Connection connection, Collection<String> keys) throws SQLException {
    if (keys.isEmpty()) {
      return;
    }
    String sql = "DELETE FROM elanus_entry WHERE space = ? AND id IN " + placeholders(keys.size());
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      setIds(delete, keys);
      delete.executeUpdate();
    }
  }
}
