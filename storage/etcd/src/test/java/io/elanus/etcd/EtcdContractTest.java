package io.elanus.etcd;

import io.elanus.metadata.MetadataContract;
import io.elanus.metadata.MetadataStore;
import io.elanus.servers.EtcdServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on a real server; each test has a prefix of its own. */
final class EtcdContractTest extends MetadataContract {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static EtcdServer server;

  private final String prefix = "test " + TESTS.incrementAndGet() + "/";

  @BeforeAll
  static void startServer(@TempDir(factory = MemoryFolder.class) Path folder) throws Exception {
    server = TestEtcd.start(folder, "--heartbeat-interval", "50", "--election-timeout", "250");
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected MetadataStore open() {
    return EtcdMetadataStore.open(EtcdOptions.of(List.of(server.endpoint()), prefix));
  }

  /** The server's process; the store object is what a client keeps of one that is gone. */
  @Override
  protected void crash(Random random) throws Exception {
    server.kill();
    server.start();
    store.close();
  }

  @Override
  protected boolean ownsItsFiles() {
    return false;
  }
}
