package io.elanus.node.streaming;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Waits;
import io.elanus.schema.CollectionSchema;
import java.util.Optional;

/**
 * Shards and catalogue learn of a schema change one after the other, the shards first. Between the
 * two, requests come of one version and of the other; here each finds a shard that is at least as
 * new as its own. A shard never goes back: reads of the new version rely on it.
 */
final class SchemaLag {
  private static final int PATIENCE_MILLIS = 1000;
  private static final int STEP_MILLIS = 2;

  private final ShardOpener opener;

  SchemaLag(ShardOpener opener) {
    this.opener = opener;
  }

  /** A shard that is older than what a read was planned with takes the catalogue's schema first. */
  void adoptForRead(ShardKeeper keeper, Shard shard, int version) {
    if (shard.schema().version() < version) {
      Waits.begin();
      opener
          .collection(shard.channel())
          .ifPresent(collection -> keeper.adopt(shard, collection.schema()));
    }
  }

  /**
   * Whether a write of this version, which the shard refused, may be tried again: it was made for
   * what the catalogue says, and the shard lagged behind. When the catalogue lags, waits for it, so
   * that the writer learns the new schema when it asks.
   */
  boolean adoptForWrite(ShardKeeper keeper, Shard shard, int version) {
    Waits.begin();
    Optional<CollectionSchema> known = catalogue(shard);
    for (int waited = 0;
        known.isPresent()
            && known.get().version() < shard.schema().version()
            && waited < PATIENCE_MILLIS;
        waited += STEP_MILLIS) {
      pause();
      known = catalogue(shard);
    }
    if (known.isEmpty()
        || known.get().version() != version
        || known.get().version() < shard.schema().version()) {
      return false;
    }
    keeper.adopt(shard, known.get());
    return true;
  }

  private Optional<CollectionSchema> catalogue(Shard shard) {
    return opener.collection(shard.channel()).map(Catalogue.Collection::schema);
  }

  private static void pause() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException interrupted) {
      throw ChannelOwner.interrupted(interrupted);
    }
  }
}
