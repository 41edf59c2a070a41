-- One row for each cluster that shares the database; its lock orders all commits of the cluster.
CREATE TABLE elanus_space (
  id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name VARCHAR(200) NOT NULL UNIQUE,
  revision BIGINT NOT NULL DEFAULT 0,
  -- commits up to this revision are no longer told one by one
  compacted BIGINT NOT NULL DEFAULT 0
);

-- What exists. `id` is the SHA-256 of the key, `head` its first 255 bytes: keys are longer than indexes take.
CREATE TABLE elanus_entry (
  space INTEGER NOT NULL,
  id BYTEA NOT NULL,
  name BYTEA NOT NULL,
  head BYTEA NOT NULL,
  value BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  -- the lease by which it exists, if any
  lease BYTEA,
  PRIMARY KEY (space, id)
);

CREATE INDEX elanus_entry_head ON elanus_entry (space, head);

-- What happened, a row for each commit; io.elanus.jdbc.CommitRecord tells how `changes` is written.
CREATE TABLE elanus_commit (
  space INTEGER NOT NULL,
  revision BIGINT NOT NULL,
  attempt BYTEA NOT NULL,
  changes BYTEA NOT NULL,
  PRIMARY KEY (space, revision)
);

-- Leases, held or waiting in order of `place`.
CREATE TABLE elanus_lease (
  space INTEGER NOT NULL,
  id BYTEA NOT NULL,
  entry BYTEA NOT NULL,
  name BYTEA NOT NULL,
  value BYTEA NOT NULL,
  place BIGINT NOT NULL,
  ttl_millis BIGINT NOT NULL,
  renewals BIGINT NOT NULL,
  holding BOOLEAN NOT NULL,
  PRIMARY KEY (space, id)
);
