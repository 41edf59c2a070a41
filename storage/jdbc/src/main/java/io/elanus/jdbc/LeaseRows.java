package io.elanus.jdbc;

import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Versioned;
import io.elanus.schema.ElanusException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Statements on the rows of leases. A lease has a row while it waits or holds; the oldest of a key
 * holds, by a row of the key that carries its id.
 */
final class LeaseRows {
  /** What is seen of a lease from outside. */
  record Seen(LeaseId id, long renewals, Duration ttl, boolean holding) {}

  /** What a step on leases did. */
  static final class Step {
    final List<KeyChange> changes = new ArrayList<>();
    final List<LeaseId> begun = new ArrayList<>();
    boolean changed;
  }

  private final int space;
  private final EntryRows entries;

  LeaseRows(Keyspace space, EntryRows entries) {
    this.space = space.id();
    this.entries = entries;
  }

  /** Puts a lease at the end of its key's queue, within a commit. */
  void add(
      Connection connection,
      long revision,
      LeaseId id,
      String key,
      byte[] value,
      Duration ttl,
      Step step)
      throws SQLException {
    EntryRows.Found found = entries.find(connection, List.of(key)).get(key);
    if (found != null && !found.leased()) {
      throw ElanusException.invalid("a key that was written cannot be leased").with("key", key);
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO elanus_lease"
                + " (space, id, entry, name, value, place, ttl_millis, renewals, holding)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, FALSE)")) {
      EntryKey entry = EntryKey.of(key);
      insert.setInt(1, space);
      insert.setBytes(2, id.bytes());
      insert.setBytes(3, entry.id());
      insert.setBytes(4, entry.name());
      insert.setBytes(5, value);
      insert.setLong(6, revision);
      insert.setLong(7, ttl.toMillis());
      insert.executeUpdate();
    }
    step.changed = true;
    if (found == null) {
      promote(connection, revision, key, step);
    }
  }

  /**
   * Ends a lease, within a commit, and gives what it held to the next.
   *
   * @param renewals how often it must have been renewed; empty: any
   */
  void remove(Connection connection, long revision, LeaseId id, Optional<Long> renewals, Step step)
      throws SQLException {
    Optional<String> key = Optional.empty();
    boolean holding = false;
    String sql =
        "SELECT name, holding, renewals FROM elanus_lease WHERE space = ? AND id = ? FOR UPDATE";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setInt(1, space);
      select.setBytes(2, id.bytes());
      try (ResultSet rows = select.executeQuery()) {
        if (rows.next() && renewals.orElse(rows.getLong(3)) == rows.getLong(3)) {
          key = Optional.of(EntryKey.text(rows.getBytes(1)));
          holding = rows.getBoolean(2);
        }
      }
    }
    if (key.isEmpty()) {
      return;
    }
    update(connection, "DELETE FROM elanus_lease WHERE space = ? AND id = ?", id);
    step.changed = true;
    if (holding) {
      entries.delete(connection, List.of(key.get()));
      step.changes.add(new KeyChange.Deleted(key.get(), revision));
      promote(connection, revision, key.get(), step);
    }
  }

  /** Gives a free key to the oldest that waits. */
  private void promote(Connection connection, long revision, String key, Step step)
      throws SQLException {
    Optional<LeaseId> next = Optional.empty();
    byte[] value = {};
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, value FROM elanus_lease WHERE space = ? AND entry = ?"
                + " ORDER BY place LIMIT 1")) {
      select.setInt(1, space);
      select.setBytes(2, EntryKey.of(key).id());
      try (ResultSet rows = select.executeQuery()) {
        if (rows.next()) {
          next = Optional.of(LeaseId.of(rows.getBytes(1)));
          value = rows.getBytes(2);
        }
      }
    }
    if (next.isPresent()) {
      LeaseId id = next.get();
      update(connection, "UPDATE elanus_lease SET holding = TRUE WHERE space = ? AND id = ?", id);
      entries.write(connection, Map.of(key, value), revision, id.bytes());
      step.changes.add(new KeyChange.Put(key, new Versioned(value, revision)));
      step.begun.add(id);
    }
  }

  /** Says that its holder lives, on a connection that commits by itself; false when it is gone. */
  boolean renew(Connection connection, LeaseId id) throws SQLException {
    return update(
            connection,
            "UPDATE elanus_lease SET renewals = renewals + 1 WHERE space = ? AND id = ?",
            id)
        > 0;
  }

  private int update(Connection connection, String sql, LeaseId id) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setInt(1, space);
      update.setBytes(2, id.bytes());
      return update.executeUpdate();
    }
  }

  List<Seen> all(Connection connection) throws SQLException {
    List<Seen> all = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, renewals, ttl_millis, holding FROM elanus_lease WHERE space = ?")) {
      select.setInt(1, space);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          all.add(
              new Seen(
                  LeaseId.of(rows.getBytes(1)),
                  rows.getLong(2),
                  Duration.ofMillis(rows.getLong(3)),
                  rows.getBoolean(4)));
        }
      }
    }
    return all;
  }
}
