package io.elanus.jdbc;

import io.elanus.metadata.MetadataContract;
import io.elanus.metadata.MetadataStore;
import java.util.Random;

/** The contract, on a real server; each test has a space of its own. */
abstract class JdbcContract extends MetadataContract {
  private final String space = TestDatabase.newSpace();

  abstract TestDatabase database();

  @Override
  protected MetadataStore open() throws Exception {
    return JdbcMetadataStore.open(TestDatabase.options(database().get().url(), space));
  }

  /** The server's processes; the store object is what a client keeps of one that is gone. */
  @Override
  protected void crash(Random random) throws Exception {
    database().get().kill();
    database().get().start();
    store.close();
  }

  @Override
  protected boolean ownsItsFiles() {
    return false;
  }
}
