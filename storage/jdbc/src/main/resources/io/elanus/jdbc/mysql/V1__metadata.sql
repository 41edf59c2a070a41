-- One row for each cluster that shares the database; its lock orders all commits of the cluster.
CREATE TABLE IF NOT EXISTS elanus_space (
  id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
  revision BIGINT NOT NULL DEFAULT 0,
  -- commits up to this revision are no longer told one by one
  compacted BIGINT NOT NULL DEFAULT 0
) ENGINE = InnoDB;

-- What exists. `id` is the SHA-256 of the key, `head` its first 255 bytes: keys are longer than indexes take.
CREATE TABLE IF NOT EXISTS elanus_entry (
  space INTEGER NOT NULL,
  id BINARY(32) NOT NULL,
  name VARBINARY(3072) NOT NULL,
  head VARBINARY(255) NOT NULL,
  value MEDIUMBLOB NOT NULL,
  revision BIGINT NOT NULL,
  -- the lease by which it exists, if any
  lease BINARY(16),
  PRIMARY KEY (space, id),
  INDEX elanus_entry_head (space, head)
) ENGINE = InnoDB;

-- What happened, a row for each commit; io.elanus.jdbc.CommitRecord tells how `changes` is written.
CREATE TABLE IF NOT EXISTS elanus_commit (
  space INTEGER NOT NULL,
  revision BIGINT NOT NULL,
  attempt BINARY(16) NOT NULL,
  changes MEDIUMBLOB NOT NULL,
  PRIMARY KEY (space, revision)
) ENGINE = InnoDB;

-- Leases, held or waiting in order of `place`.
CREATE TABLE IF NOT EXISTS elanus_lease (
  space INTEGER NOT NULL,
  id BINARY(16) NOT NULL,
  entry BINARY(32) NOT NULL,
  name VARBINARY(3072) NOT NULL,
  value MEDIUMBLOB NOT NULL,
  place BIGINT NOT NULL,
  ttl_millis BIGINT NOT NULL,
  renewals BIGINT NOT NULL,
  holding BOOLEAN NOT NULL,
  PRIMARY KEY (space, id)
) ENGINE = InnoDB;
