package io.elanus.coordinator.query;

import io.elanus.roles.QueryNode;
import io.elanus.roles.Segments.DeleteFile;
import io.elanus.roles.Segments.Segment;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has query nodes load segments, and remembers on the board what they were given. */
final class SegmentLoads {
  private final Board board;

  SegmentLoads(Board board) {
    this.board = board;
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
    queryNode.load(
        new QueryNode.Load(
            segment,
            picture.collection().schema(),
            picture.wish().fields(),
            picture.indexesOf(segment),
            concerning));
    var placed =
        new Serving.Placed(segment, node, picture.indexObjects(segment), picture.schemaVersion());
    board.update(
        picture.collection().id(),
        serving -> {
          Map<Long, Serving.Placed> all = new HashMap<>(serving.placed());
          all.put(segment.id(), placed);
          return serving.withPlaced(all, serving.percent());
        });
  }
}
