package io.elanus.cluster;

import io.elanus.roles.Standing;
import io.elanus.transport.RoleServer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The roles that run in this process at present; others reach them through the server. */
final class OwnRoles {
  private final RoleServer server;
  private final Map<Class<?>, Own> byInterface = new ConcurrentHashMap<>();

  private record Own(Object role, Standing standing) {}

  OwnRoles(RoleServer server) {
    this.server = server;
  }

  /**
   * @param role an interface of {@code io.elanus.roles}
   * @param target which may implement further ones
   */
  <R> void enter(Class<R> role, R target, Standing standing) {
    byInterface.put(role, new Own(target, standing));
    server.add(target, standing);
  }

  <R> void leave(Class<R> role, R target) {
    server.remove(target);
    byInterface.computeIfPresent(role, (any, own) -> own.role() == target ? null : own);
  }

  /** For direct calls, if it is there and its answers count. */
  <R> Optional<R> find(Class<R> role) {
    Own own = byInterface.get(role);
    return own != null && own.standing().held()
        ? Optional.of(role.cast(own.role()))
        : Optional.empty();
  }
}
