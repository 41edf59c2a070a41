package io.elanus.cluster;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.membership.Membership;
import io.elanus.membership.Role;
import io.elanus.roles.Directory;
import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.Set;

/**
 * What an orderly end begins with: the process asks that its channels and segments be moved to
 * others, while it still serves them. Given up after a while; then they are taken over as from a
 * process that died.
 */
final class Drain implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Drain.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long PAUSE_MILLIS = 100;

  private final Membership membership;
  private final Directory directory;
  private final Set<Role> roles;

  Drain(Membership membership, Directory directory, Set<Role> roles) {
    this.membership = membership;
    this.directory = directory;
    this.roles = roles;
  }

  @Override
  public void close() {
    if (!membership.held()) {
      return;
    }
    try {
      if (hasOthers(Role.QUERYNODE)) {
        directory.queryCoord().drain(membership.id());
      }
      if (hasOthers(Role.STREAMINGNODE)) {
        awaitChannels();
      }
      LOG.log(INFO, "the process is drained, member {0}", membership.id());
    } catch (ElanusException notNow) {
      LOG.log(WARNING, "the process leaves undrained: {0}", notNow.getMessage());
    }
  }

  /** Nobody could take over what the only one has. */
  private boolean hasOthers(Role role) {
    return roles.contains(role)
        && membership.members().values().stream()
            .anyMatch(other -> other.id() != membership.id() && other.roles().contains(role));
  }

  private void awaitChannels() {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!directory.dataCoord().drain(membership.id()) && System.nanoTime() < until) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
