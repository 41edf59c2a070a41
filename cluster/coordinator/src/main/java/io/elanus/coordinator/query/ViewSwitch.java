package io.elanus.coordinator.query;

import io.elanus.roles.Directory;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.DeleteFile;
import io.elanus.roles.Segments.Segment;
import io.elanus.roles.ShardLeader;
import io.elanus.roles.Standing;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives a leader a new view. The leader forwards the deletes in its memory to what enters the view;
 * older ones must be in files. When it has forgotten too much already, files are read again.
 */
final class ViewSwitch {
  private static final int ATTEMPTS = 5;

  private final Directory directory;
  private final Standing standing;
  private final SegmentLoads loads;

  ViewSwitch(Directory directory, Standing standing, SegmentLoads loads) {
    this.directory = directory;
    this.standing = standing;
    this.loads = loads;
  }

  Segments.View run(
      Picture picture, String channel, Map<Long, Long> placements, Set<Long> entering) {
    ShardLeader leader = picture.leaderOf(channel).node();
    List<Segment> segments =
        picture.flushed().stream().filter(segment -> entering.contains(segment.id())).toList();
    List<DeleteFile> deletes = picture.deletesOf(channel);
    long atLeast = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long deletesUpTo =
          segments.isEmpty() ? Math.max(atLeast, newest(deletes)) : deletesUpTo(segments, deletes);
      var view =
          new Segments.View(
              channel,
              directory.rootCoord().allocateTimestamps(1).first(),
              picture.wish().partitions(),
              placements,
              deletesUpTo,
              !picture.wish().further().isEmpty());
      standing.check();
      switch (leader.switchView(view)) {
        case ShardLeader.Done done -> {
          return view;
        }
        case ShardLeader.DeletesMissing missing -> {
          atLeast = missing.upTo();
          deletes = directory.dataCoord().deleteFiles(channel);
          for (Segment segment : segments) {
            loads.load(picture, segment, placements.getOrDefault(segment.id(), -1L), deletes);
          }
        }
      }
    }
    throw new ElanusException(
            ErrorCode.UNAVAILABLE, "delete files do not reach back to the leader's memory")
        .with("channel", channel);
  }

  /** Up to here every delete is in the segments' own files or in a delete file they were given. */
  private static long deletesUpTo(List<Segment> segments, List<DeleteFile> deletes) {
    long inFiles =
        segments.stream().mapToLong(Segment::deletesAppliedUpTo).min().orElse(Long.MAX_VALUE);
    return Math.max(inFiles, newest(deletes));
  }

  private static long newest(List<DeleteFile> deletes) {
    return deletes.stream().mapToLong(DeleteFile::maxTimestamp).max().orElse(0);
  }
}
