package io.elanus.node.query;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.index.scalar.ScalarIndexParameters;
import io.elanus.index.scalar.ScalarIndexSpec;
import io.elanus.index.scalar.ScalarIndexes;
import io.elanus.node.data.SegmentObjects;
import io.elanus.roles.Segments.IndexFile;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.segment.SealedSegment;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    return segment.attachScalarIndex(
        index.fieldId(), spec.path(), arena -> ScalarIndexes.open(map(file, arena)));
  }

  private static MemorySegment map(Path file, Arena arena) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException failed) {
      throw new ElanusException(ErrorCode.IO_FAILED, "an index file cannot be mapped", failed)
          .with("file", file);
    }
  }
}
