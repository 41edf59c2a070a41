package io.elanus.node.query;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.index.scalar.ScalarIndexParameters;
import io.elanus.index.scalar.ScalarIndexSpec;
import io.elanus.node.data.SegmentObjects;
import io.elanus.roles.Segments.IndexFile;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.segment.SealedSegment;
import java.nio.file.Path;
import java.util.Optional;

/** Opens index files over the columns of a loaded segment. */
final class IndexAttachment {
  private static final System.Logger LOG = System.getLogger(IndexAttachment.class.getName());

  private IndexAttachment() {}

  /** Whether the index is in use now; otherwise the column is searched without. */
  static boolean attach(
      SealedSegment segment, CollectionSchema schema, IndexFile index, SegmentObjects objects) {
    Optional<FieldSchema> field = schema.field(index.fieldId());
    if (field.isEmpty()) {
      return false;
    }
    Path file;
    try {
      file = objects.path(index.object());
    } catch (ElanusException missing) {
      LOG.log(WARNING, "index bypassed, its file is missing: " + index.object(), missing);
      return false;
    }
    if (field.get().type().isVector()) {
      return segment.attachVectorIndex(index.fieldId(), file);
    }
    ScalarIndexSpec spec =
        ScalarIndexParameters.validate(
            field.get(), index.parameters().getOrDefault("index_type", ""), index.parameters());
    return segment.attachScalarIndex(index.fieldId(), spec.path(), file);
  }
}
