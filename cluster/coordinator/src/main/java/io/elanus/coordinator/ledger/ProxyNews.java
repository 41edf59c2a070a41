package io.elanus.coordinator.ledger;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.roles.Directory;
import io.elanus.roles.ProxyCache;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells every proxy to forget a collection. A change counts as done only when all have heard of it
 * that are members; one that has lost its place trusts nothing it knows, and one that gets a place
 * later forgets what it knew.
 */
public final class ProxyNews {
  /** Longer than any lease: who cannot be told for so long is a member that cannot be reached. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long PAUSE_MILLIS = 50;
  private static final System.Logger LOG = System.getLogger(ProxyNews.class.getName());

  private final Directory directory;
  private final Duration patience;

  public ProxyNews(Directory directory) {
    this(directory, PATIENCE);
  }

  ProxyNews(Directory directory, Duration patience) {
    this.directory = directory;
    this.patience = patience;
  }

  /**
   * @throws ElanusException UNAVAILABLE when a member could not be told; to be repeated
   */
  public void forget(long collectionId) {
    long begin = System.nanoTime();
    directory.refresh();
    List<ProxyCache> untold = tell(directory.proxies(), collectionId);
    while (!untold.isEmpty()) {
      if (System.nanoTime() - begin > patience.toNanos()) {
        throw new ElanusException(
                ErrorCode.UNAVAILABLE, "a proxy could not be told of a change; repeat it")
            .with("collection", collectionId)
            .with("proxies", untold.size());
      }
      pause();
      untold.retainAll(directory.proxies());
      untold = tell(untold, collectionId);
    }
  }

  /** Those that did not hear it. */
  private static List<ProxyCache> tell(List<ProxyCache> proxies, long collectionId) {
    List<ProxyCache> untold = new ArrayList<>();
    for (ProxyCache proxy : proxies) {
      try {
        proxy.forget(collectionId);
      } catch (ElanusException failed) {
        LOG.log(DEBUG, "a proxy was not told of a change yet", failed);
        untold.add(proxy);
      }
    }
    return untold;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ElanusException(
          ErrorCode.CANCELLED, "interrupted while proxies were told of a change", stopped);
    }
  }
}
