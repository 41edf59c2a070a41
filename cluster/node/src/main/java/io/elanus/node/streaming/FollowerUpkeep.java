package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells a follower from time to time what its owner has flushed, so that it can forget rows of
 * partitions that are not loaded, and deletes that are in files.
 */
final class FollowerUpkeep {
  private static final System.Logger LOG = System.getLogger(FollowerUpkeep.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final Directory directory;
  private final Alarm alarm;

  FollowerUpkeep(Directory directory, Alarm alarm) {
    this.directory = directory;
    this.alarm = alarm;
  }

  /** From now on until it ends. */
  void begin(FollowedShard followed) {
    alarm.after(EVERY, () -> again(followed));
  }

  private void again(FollowedShard followed) {
    if (!followed.isWell()) {
      return;
    }
    try {
      run(followed);
    } catch (ElanusException later) {
      LOG.log(DEBUG, "a follower is not told what is flushed", later);
    }
    begin(followed);
  }

  /** Loads list segments after they are recorded, so what is flushed is asked before. */
  void run(FollowedShard followed) {
    Shard shard = followed.shard();
    String physical = Catalogue.physicalChannel(shard.channel());
    directory.owner(physical).node().tick(physical, 0); // it is told that its log is read
    DataCoord.Replay flushed = directory.dataCoord().replay(physical);
    long inFiles =
        directory.dataCoord().deleteFiles(shard.channel()).stream()
            .mapToLong(Segments.DeleteFile::maxTimestamp)
            .max()
            .orElse(0);
    Optional<QueryCoord.LoadState> load = directory.queryCoord().loadState(shard.collectionId());
    followed.ask(() -> apply(shard, flushed, inFiles, load));
  }

  private static boolean apply(
      Shard shard,
      DataCoord.Replay flushed,
      long deletesInFiles,
      Optional<QueryCoord.LoadState> load) {
    Set<Long> persisted =
        flushed.persisted().stream().map(Segments.Segment::id).collect(Collectors.toSet());
    for (Growing growing : shard.unflushed()) {
      if (persisted.contains(growing.id()) || growing.firstPosition() < flushed.checkpoint()) {
        growing.markFlushed();
      }
    }
    load.map(QueryCoord.LoadState::partitions)
        .filter(partitions -> !partitions.isEmpty())
        .ifPresent(partitions ->
            shard.letGo(
                growing -> growing.flushed() && !partitions.contains(growing.partitionId())));
    shard.deletes().publishedUpTo(deletesInFiles);
    return true;
  }
}
