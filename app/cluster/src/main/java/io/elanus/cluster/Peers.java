package io.elanus.cluster;

import io.elanus.membership.Member;
import io.elanus.transport.RoleClient;
import io.elanus.transport.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections to the other members, one each. Those of members that are gone end at once; those
 * that break tell that the member perhaps is.
 */
final class Peers implements AutoCloseable {
  private final Trust trust;
  private final Map<Long, RoleClient> clients = new ConcurrentHashMap<>();
  private final Set<Long> unreachable = ConcurrentHashMap.newKeySet();
  private final Runnable changed;
  private boolean closed;

  /**
   * @param changed is called when a member becomes unreachable, or reachable again; must be quick
   */
  Peers(Trust trust, Runnable changed) {
    this.trust = trust;
    this.changed = changed;
  }

  /** The same stub for the same member and role each time. */
  <R> R role(Member member, Class<R> role) {
    return clients.computeIfAbsent(member.id(), id -> connect(member)).role(role);
  }

  /**
   * Connects, if it was not asked to before: who will be called in a hurry need not be met then.
   */
  synchronized void meet(Member member) {
    if (!closed) {
      clients.computeIfAbsent(
          member.id(),
          id -> {
            RoleClient client = connect(member);
            client.connect();
            return client;
          });
    }
  }

  private RoleClient connect(Member member) {
    RoleClient client = RoleClient.open(member.host(), member.port(), trust);
    client.watch(reachable -> reached(member.id(), reachable));
    return client;
  }

  private void reached(long id, boolean reachable) {
    if (reachable ? unreachable.remove(id) : unreachable.add(id)) {
      changed.run();
    }
  }

  /**
   * Whether this process can connect to the member, as far as it tried. One that cannot may be
   * there all the same, and others may reach it.
   */
  boolean reaches(long id) {
    return !unreachable.contains(id);
  }

  Set<Long> unreachable() {
    return Set.copyOf(unreachable);
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
    unreachable.retainAll(members);
  }

  @Override
  public synchronized void close() {
    closed = true;
    clients.values().forEach(RoleClient::abort);
    clients.clear();
  }
}
