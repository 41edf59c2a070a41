package io.elanus.jdbc;

import io.elanus.metadata.Versioned;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Linearizable reads, each one statement and so of one moment. */
final class JdbcReads {
  /** Keys and values at a revision of the space. */
  record Snapshot(SortedMap<String, Versioned> entries, long revision) {}

  /** Keys and their revisions at a revision of the space. */
  record Keys(Map<String, Long> revisions, long revision) {}

  private interface Row {
    void read(String key, ResultSet row) throws SQLException;
  }

  private final Connections connections;
  private final Keyspace space;

  JdbcReads(Connections connections, Keyspace space) {
    this.connections = connections;
    this.space = space;
  }

  Optional<Versioned> get(String key) {
    return connections.ask(
        "get",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT value, revision FROM elanus_entry WHERE space = ? AND id = ?")) {
            select.setInt(1, space.id());
            select.setBytes(2, EntryKey.of(key).id());
            try (ResultSet rows = select.executeQuery()) {
              return rows.next()
                  ? Optional.of(new Versioned(rows.getBytes(1), rows.getLong(2)))
                  : Optional.empty();
            }
          }
        });
  }

  /** All keys that begin with a prefix. */
  Snapshot snapshot(String prefix) {
    return connections.ask(
        "range",
        connection -> {
          var entries = new TreeMap<String, Versioned>();
          long revision =
              rows(
                  connection,
                  prefix,
                  "e.value",
                  (key, row) -> entries.put(key, new Versioned(row.getBytes(4), row.getLong(3))));
          return new Snapshot(entries, revision);
        });
  }

  /** The same without values. */
  Keys keys(String prefix) {
    return connections.ask(
        "read keys",
        connection -> {
          var revisions = new TreeMap<String, Long>();
          long revision =
              rows(
                  connection,
                  prefix,
                  "e.revision",
                  (key, row) -> revisions.put(key, row.getLong(3)));
          return new Keys(revisions, revision);
        });
  }

  /** Reads rows below a prefix and the space's revision; the joined row is there without any. */
  private long rows(Connection connection, String prefix, String value, Row each)
      throws SQLException {
    String sql =
        "SELECT s.revision, e.name, e.revision, "
            + value
            + " FROM elanus_space s LEFT JOIN elanus_entry e"
            + " ON e.space = s.id AND e.head >= ? AND e.head <= ? WHERE s.id = ?";
    EntryKey.Span span = EntryKey.span(prefix);
    long revision = 0;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setBytes(1, span.first());
      select.setBytes(2, span.last());
      select.setInt(3, space.id());
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          revision = rows.getLong(1);
          byte[] name = rows.getBytes(2);
          String key = name == null ? "" : EntryKey.text(name);
          if (!key.isEmpty() && key.startsWith(prefix)) {
            each.read(key, rows);
          }
        }
      }
    }
    return revision;
  }
}
