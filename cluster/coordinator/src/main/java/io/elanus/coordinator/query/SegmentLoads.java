package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.INFO;

import io.elanus.roles.QueryNode;
import io.elanus.roles.Segments.DeleteFile;
import io.elanus.roles.Segments.Segment;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has query nodes load segments, and remembers on the board what they were given. */
final class SegmentLoads {
  private static final System.Logger LOG = System.getLogger(SegmentLoads.class.getName());

  private final Board board;
  private final Strays strays;

  SegmentLoads(Board board, Strays strays) {
    this.board = board;
    this.strays = strays;
  }

  /** Whether what was loaded is what a load would give now, deletes apart. */
  static boolean asWanted(Picture picture, Segment segment, Serving.@Nullable Placed placed) {
    return placed != null
        && placed.schemaVersion() == picture.schemaVersion()
        && placed.indexes().containsAll(picture.indexObjects(segment));
  }

  void load(Picture picture, Segment segment, long node, List<DeleteFile> deletes) {
    List<DeleteFile> concerning =
        deletes.stream()
            .filter(file -> file.maxTimestamp() > segment.deletesAppliedUpTo())
            .filter(file -> file.maxTimestamp() > segment.minTimestamp())
            .toList();
    QueryNode queryNode = picture.nodes().get(node);
    if (queryNode == null) {
      throw new ElanusException(ErrorCode.NODE_NOT_FOUND).with("node", node);
    }
    var load =
        new QueryNode.Load(
            segment,
            picture.collection().schema(),
            picture.wish().fields(),
            picture.indexesOf(segment),
            concerning);
    var placed =
        new Serving.Placed(segment, node, picture.indexObjects(segment), picture.schemaVersion());
    strays.loading(() -> {
      load(picture.replica(), queryNode, load, placed.copy());
      board.update(picture.replica(), serving -> serving.with(placed));
    });
  }

  /** What an earlier load of other fields left on the node is let go first, if no view has it. */
  private void load(ReplicaKey replica, QueryNode node, QueryNode.Load load, Serving.Copy copy) {
    try {
      node.load(load);
    } catch (ElanusException failed) {
      boolean leftover =
          !board.serving(replica).placed().containsKey(copy) && !board.isOfAnother(replica, copy);
      if (failed.code() != ErrorCode.UNSUPPORTED || !leftover) {
        throw failed;
      }
      LOG.log(INFO, "a query node has an older load of segment {0}", copy.segment());
      node.release(List.of(copy.segment()));
      node.load(load);
    }
  }
}
