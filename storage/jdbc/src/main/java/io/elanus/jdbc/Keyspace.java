package io.elanus.jdbc;

import io.elanus.metadata.KeyChange;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of one cluster: its revision, whose lock orders commits, and what they did. */
final class Keyspace {
  /**
   * @param revision of the last commit
   * @param compacted commits up to this revision are no longer remembered
   */
  record State(long revision, long compacted) {}

  /**
   * A remembered commit.
   *
   * @param attempt tells apart what may have been written twice under one revision: by an attempt
   *     of ours and somebody else's, or before and after a failover that lost it
   */
  record Remembered(CommitRecord commit, byte[] attempt) {}

  private final int id;
  private final Dialect dialect;

  private Keyspace(int id, Dialect dialect) {
    this.id = id;
    this.dialect = dialect;
  }

  /** Makes it when it does not exist. */
  static Keyspace open(Connections connections) {
    String name = connections.options().space();
    return connections.ask(
        "open a space",
        connection -> {
          Optional<Integer> id = find(connection, name);
          if (id.isEmpty()) {
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "INSERT INTO elanus_space (name) VALUES (?)"
                        + connections.dialect().ifAbsent())) {
              insert.setString(1, name);
              insert.executeUpdate();
            }
            id = find(connection, name);
          }
          return new Keyspace(id.orElseThrow(), connections.dialect());
        });
  }

  private static Optional<Integer> find(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM elanus_space WHERE name = ?")) {
      select.setString(1, name);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? Optional.of(rows.getInt(1)) : Optional.empty();
      }
    }
  }

  int id() {
    return id;
  }

  State read(Connection connection) throws SQLException {
    return state(connection, "SELECT revision, compacted FROM elanus_space WHERE id = ?");
  }

  /** Waits until no commit is under way, and keeps others from it until the transaction ends. */
  State lock(Connection connection) throws SQLException {
    return state(
        connection, "SELECT revision, compacted FROM elanus_space WHERE id = ? FOR UPDATE");
  }

  private State state(Connection connection, String sql) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setInt(1, id);
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          throw new ElanusException(
              ErrorCode.DATA_INTEGRITY, "the space of this metadata is gone from the database");
        }
        return new State(rows.getLong(1), rows.getLong(2));
      }
    }
  }

  /** Ends a commit's work: remembers what it did and makes its revision the last. */
  void record(Connection connection, long revision, byte[] attempt, List<KeyChange> changes)
      throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO elanus_commit (space, revision, attempt, changes) VALUES (?, ?, ?, ?)");
        PreparedStatement update =
            connection.prepareStatement("UPDATE elanus_space SET revision = ? WHERE id = ?")) {
      insert.setInt(1, id);
      insert.setLong(2, revision);
      insert.setBytes(3, attempt);
      insert.setBytes(4, CommitRecord.encode(changes));
      insert.executeUpdate();
      update.setLong(1, revision);
      update.setInt(2, id);
      update.executeUpdate();
    }
    Optional<String> tell = dialect.tell();
    if (tell.isPresent()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(tell.get());
      }
    }
  }

  /** Which attempt made a commit; empty when it is not remembered or did not happen. */
  Optional<byte[]> attemptAt(Connection connection, long revision) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT attempt FROM elanus_commit WHERE space = ? AND revision = ?")) {
      select.setInt(1, id);
      select.setLong(2, revision);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
      }
    }
  }

  /** Commits after a revision up to another, as far as they are remembered. */
  List<Remembered> commits(Connection connection, long after, long upTo) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT revision, attempt, changes FROM elanus_commit"
                + " WHERE space = ? AND revision > ? AND revision <= ? ORDER BY revision")) {
      select.setInt(1, id);
      select.setLong(2, after);
      select.setLong(3, upTo);
      List<Remembered> found = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          var commit = CommitRecord.decode(rows.getLong(1), rows.getBytes(3));
          found.add(new Remembered(commit, rows.getBytes(2)));
        }
      }
      return found;
    }
  }

  /** Forgets commits up to a revision; each statement commits by itself. */
  void compact(Connection connection, long upTo) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE elanus_space SET compacted = ? WHERE id = ? AND compacted < ?")) {
      update.setLong(1, upTo);
      update.setInt(2, id);
      update.setLong(3, upTo);
      update.executeUpdate();
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM elanus_commit WHERE space = ? AND revision <= ?")) {
      delete.setInt(1, id);
      delete.setLong(2, upTo);
      delete.executeUpdate();
    }
  }
}
