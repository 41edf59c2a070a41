package io.elanus.node.query;

import io.elanus.node.data.SegmentObjects;
import io.elanus.roles.Segments.IndexFile;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.FieldSchema;
import io.elanus.segment.SealedSegment;
import java.util.Optional;

/** Opens index files over the columns of a loaded segment. */
final class IndexAttachment {
  private IndexAttachment() {}

  /** Whether the index is in use now; otherwise the column is searched without. */
  static boolean attach(
      SealedSegment segment, CollectionSchema schema, IndexFile index, SegmentObjects objects) {
    Optional<FieldSchema> field = schema.field(index.fieldId());
    if (field.isEmpty()) {
      return false;
    }
    if (field.get().type().isVector()) {
      return segment.attachVectorIndex(index.fieldId(), objects.path(index.object()));
    }
    return false;
  }
}
