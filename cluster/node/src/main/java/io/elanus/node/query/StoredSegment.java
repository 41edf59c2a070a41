package io.elanus.node.query;

import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.roles.QueryNode.Load;
import io.elanus.roles.QueryNode.Loaded;
import io.elanus.roles.Segments;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.DeleteFile;
import io.elanus.segment.SealedSegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A loaded segment with what has been attached to it: indexes and delete files. */
final class StoredSegment {
  private final Segments.Segment description;
  private final Set<Long> fields;
  private final SealedSegment segment;
  private final IndexesInUse indexes = new IndexesInUse();
  private final Set<String> appliedDeletes = new HashSet<>();
  private volatile CollectionSchema schema;

  private StoredSegment(Load load, SealedSegment segment) {
    this.description = load.segment();
    this.fields = load.fields();
    this.schema = load.schema();
    this.segment = segment;
  }

  /** Maps the files of the segment; nothing is attached yet. */
  static StoredSegment open(Load load, SegmentObjects objects) {
    String manifestKey = load.segment().manifest();
    SealedSegment segment =
        SealedSegment.open(
            objects.manifest(manifestKey),
            load.schema(),
            load.fields(),
            objects.parts(SegmentObjects.folderOf(manifestKey)));
    return new StoredSegment(load, segment);
  }

  /** Lets the segment go; reads of it that run end undisturbed. */
  void close() {
    segment.close();
  }

  SealedSegment segment() {
    return segment;
  }

  long partitionId() {
    return description.partitionId();
  }

  long collectionId() {
    return description.collectionId();
  }

  CollectionSchema schema() {
    return schema;
  }

  /** Reads see the rows as this version, unless a later one is known. */
  synchronized void changeSchema(CollectionSchema newSchema) {
    if (newSchema.version() >= schema.version()) {
      segment.changeSchema(newSchema);
      schema = newSchema; // last: whoever reads it relies on the segment
    }
  }

  /**
   * Takes what is new: schema, deletes and indexes. May be repeated.
   *
   * @param damaged told which index files reads find to have been damaged since
   * @return index files that cannot be used and must be built anew
   */
  synchronized List<Segments.IndexFile> attach(
      Load load,
      SegmentObjects objects,
      DeleteObjects deleteFiles,
      Consumer<Segments.IndexFile> damaged) {
    checkFields(load);
    changeSchema(load.schema());
    List<Segments.DeleteFile> newFiles =
        load.deletes().stream().filter(file -> !appliedDeletes.contains(file.object())).toList();
    for (DeleteFile.Deletes deletes : deleteFiles.read(description, newFiles)) {
      segment.delete(deletes.keys(), deletes.timestamps());
    }
    newFiles.forEach(file -> appliedDeletes.add(file.object()));
    return attachIndexes(load, objects, damaged);
  }

  private void checkFields(Load load) {
    boolean covered =
        fields.isEmpty() || (!load.fields().isEmpty() && fields.containsAll(load.fields()));
    if (!covered) {
      throw new ElanusException(
              ErrorCode.UNSUPPORTED, "a loaded segment takes no more fields; release it first")
          .with("segment", description.id())
          .with("fields", load.fields());
    }
  }

  private List<Segments.IndexFile> attachIndexes(
      Load load, SegmentObjects objects, Consumer<Segments.IndexFile> damagedLater) {
    indexes.drop(load.indexes(), segment::detachIndexes);
    return indexes.attach(
        load.indexes(),
        (file, lost) -> IndexAttachment.attach(segment, schema, file, objects, lost),
        file -> lose(file, objects, damagedLater));
  }

  /** On the thread of a read, which goes on without the index. */
  private static void lose(
      Segments.IndexFile index, SegmentObjects objects, Consumer<Segments.IndexFile> damaged) {
    damaged.accept(index);
    objects.forget(index.object()); // a copy may be what is damaged
  }

  Loaded describe() {
    return new Loaded(
        description.id(),
        description.collectionId(),
        description.rows(),
        description.bytes(),
        segment.indexedFields());
  }
}
