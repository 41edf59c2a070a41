package io.elanus.membership;

import io.elanus.roles.codec.RecordCodec;
import java.util.Map;
import java.util.Set;

/**
 * A process of the cluster, as it registered.
 *
 * @param id never given twice: a process that starts again, is another member
 * @param host by which the others reach its roles
 * @param port of its roles
 * @param labels by which resource groups choose query nodes
 */
public record Member(long id, String host, int port, Set<Role> roles, Map<String, String> labels) {
  public Member {
    roles = Set.copyOf(roles);
    labels = Map.copyOf(labels);
  }

  byte[] encode() {
    return RecordCodec.encode(Member.class, this);
  }

  static Member decode(byte[] bytes) {
    return RecordCodec.decode(Member.class, bytes);
  }

  @Override
  public String toString() {
    return id + " at " + host + ":" + port;
  }
}
