package io.elanus.node.query;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.index.IndexOrigin;
import io.elanus.index.IndexSpec;
import io.elanus.index.scalar.ScalarIndexParameters;
import io.elanus.index.scalar.ScalarIndexSpec;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.index.IndexBuilder;
import io.elanus.roles.Segments.IndexFile;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.segment.FilePlace;
import io.elanus.segment.IndexUse;
import io.elanus.segment.SealedSegment;
import java.util.Optional;

/** Opens index files over the columns of a loaded segment. */
final class IndexAttachment {
  private static final System.Logger LOG = System.getLogger(IndexAttachment.class.getName());

  private IndexAttachment() {}

  /**
   * Whether the index is in use now; otherwise the column is searched without.
   *
   * @param damaged runs when a read finds that the file was damaged since
   */
  static IndexUse attach(
      SealedSegment segment,
      CollectionSchema schema,
      IndexFile index,
      SegmentObjects objects,
      Runnable damaged) {
    Optional<FieldSchema> field = schema.field(index.fieldId());
    if (field.isEmpty()) {
      return IndexUse.UNAVAILABLE;
    }
    FilePlace file;
    try {
      file = objects.place(index.object(), index.bytes());
    } catch (ElanusException failed) {
      if (failed.code() == ErrorCode.DATA_INTEGRITY) {
        LOG.log(WARNING, "index bypassed, its file is missing: " + index.object());
        return IndexUse.DAMAGED;
      }
      LOG.log(WARNING, "index bypassed, its file cannot be had: " + index.object(), failed);
      return IndexUse.UNAVAILABLE;
    }
    IndexUse use = attach(segment, field.get(), index, file, damaged);
    if (use != IndexUse.IN_USE) {
      objects.forget(index.object()); // a copy may be what is damaged
    }
    return use;
  }

  private static IndexUse attach(
      SealedSegment segment, FieldSchema field, IndexFile index, FilePlace file, Runnable damaged) {
    if (field.type().isVector()) {
      IndexSpec asked = IndexBuilder.vectorSpec(field, index.parameters());
      return segment.attachVectorIndex(
          index.fieldId(), file, new IndexOrigin(Optional.of(asked), index.checksum()), damaged);
    }
    ScalarIndexSpec spec =
        ScalarIndexParameters.validate(
            field, index.parameters().getOrDefault("index_type", ""), index.parameters());
    return segment.attachScalarIndex(
        index.fieldId(),
        spec.path(),
        file,
        new IndexOrigin(Optional.empty(), index.checksum()),
        damaged);
  }
}
