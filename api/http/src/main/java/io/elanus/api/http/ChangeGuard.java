package io.elanus.api.http;

import java.util.Optional;

/** Who may change something at the management port; to look is everybody's. */
public interface ChangeGuard {
  /** Whoever is on this machine. */
  ChangeGuard LOCAL =
      request ->
          request.local()
              ? Optional.empty()
              : Optional.of("without a cluster secret, changes are taken from this machine only");

  /**
   * @param request not a GET or HEAD
   * @return why it is refused; empty: it is not
   */
  Optional<String> refuses(HttpRequest request);
}
