package io.elanus.cluster;

import io.elanus.membership.Member;
import io.elanus.transport.RoleClient;
import io.elanus.transport.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Connections to the other members, one each. Those of members that are gone end at once. */
final class Peers implements AutoCloseable {
  private final Trust trust;
  private final Map<Long, RoleClient> clients = new ConcurrentHashMap<>();

  Peers(Trust trust) {
    this.trust = trust;
  }

  /** The same stub for the same member and role each time. */
  <R> R role(Member member, Class<R> role) {
    return clients
        .computeIfAbsent(member.id(), id -> RoleClient.open(member.host(), member.port(), trust))
        .role(role);
  }

  /** Calls to anybody else end with UNAVAILABLE. */
  void keep(Set<Long> members) {
    List<Long> gone = new ArrayList<>(clients.keySet());
    gone.removeAll(members);
    for (long id : gone) {
      RoleClient client = clients.remove(id);
      if (client != null) {
        client.abort();
      }
    }
  }

  @Override
  public void close() {
    clients.values().forEach(RoleClient::abort);
    clients.clear();
  }
}
