package io.elanus.api.milvus;

import io.elanus.roles.Proxy;
import java.util.List;

/** How much of a collection or of partitions is loaded. */
final class LoadedShare {
  private final Proxy proxy;

  LoadedShare(Proxy proxy) {
    this.proxy = proxy;
  }

  /** Percent loaded; -1 when it is not asked to be. */
  int percent(String database, String collection, List<String> partitions) {
    return switch (proxy.loadStatus(database, collection, partitions)) {
      case NOT_EXIST, NOT_LOADED -> -1;
      case LOADING -> Math.min(99, proxy.loadingProgress(database, collection, partitions));
      case LOADED -> 100;
    };
  }
}
