package io.elanus.etcd;

import io.elanus.servers.EtcdServer;
import io.elanus.servers.ServerLibraries;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The servers of this room's tests; a test that cannot have them is skipped. */
final class TestEtcd {
  private TestEtcd() {}

  static EtcdServer start(Path folder, String... arguments) throws Exception {
    return EtcdServer.create(program(), folder, arguments);
  }

  static EtcdServer startSecured(Path folder, Path certificate, Path key, Path trusted)
      throws Exception {
    return EtcdServer.createSecured(program(), folder, certificate, key, trusted);
  }

  static List<EtcdServer> startCluster(Path folder, int members) throws Exception {
    return EtcdServer.createCluster(program(), folder, members);
  }

  private static Path program() throws Exception {
    return switch (ServerLibraries.prepare("etcd")) {
      case ServerLibraries.Missing missing -> Assumptions.abort(missing.reason());
      case ServerLibraries.Ready ready -> ready.folder();
    };
  }
}
