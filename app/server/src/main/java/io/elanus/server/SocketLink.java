package io.elanus.server;

import io.elanus.process.RoleLink;
import io.elanus.transport.RoleClient;
import io.elanus.transport.RoleServer;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a loopback socket between each role and its callers, so that nothing comes to depend on one
 * heap.
 */
final class SocketLink implements RoleLink {
  private final List<AutoCloseable> open = new ArrayList<>();

  @Override
  public synchronized <R> R connect(Class<R> role, R target) {
    RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(target));
    RoleClient client = RoleClient.open("127.0.0.1", server.port());
    open.add(server);
    open.add(client);
    return client.role(role);
  }

  @Override
  public synchronized void close() {
    for (AutoCloseable part : open.reversed()) {
      try {
        part.close();
      } catch (Exception failure) {
        System.getLogger(SocketLink.class.getName())
            .log(System.Logger.Level.WARNING, "a link did not close", failure);
      }
    }
  }
}
