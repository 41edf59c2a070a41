package io.elanus.node.data;

import io.elanus.disk.Failpoints;
import io.elanus.roles.DataNode;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.Segments;
import io.elanus.segment.DeleteFile;
import io.elanus.segment.SealedSegment;
import io.elanus.segment.SegmentIdentity;
import io.elanus.segment.SegmentManifest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The data node: merges segments. A repeated compaction writes into a folder of its own again. */
public final class Compactor implements DataNode {
  private final SegmentObjects objects;
  private final DeleteObjects deleteFiles;

  public Compactor(SegmentObjects objects, DeleteObjects deleteFiles) {
    this.objects = objects;
    this.deleteFiles = deleteFiles;
  }

  @Override
  public Segments.Segment compact(Compaction compaction) {
    List<SealedSegment> sources = new ArrayList<>();
    try {
      for (Segments.Segment source : compaction.sources()) {
        sources.add(open(source, compaction));
      }
      return write(compaction, sources);
    } finally {
      sources.forEach(SealedSegment::close);
    }
  }

  private SealedSegment open(Segments.Segment source, Compaction compaction) {
    SealedSegment segment =
        SealedSegment.open(
            objects.manifest(source.manifest()),
            compaction.schema(),
            Set.of(),
            objects.source(SegmentObjects.folderOf(source.manifest())));
    for (DeleteFile.Deletes deletes : deleteFiles.read(source, compaction.deletes())) {
      segment.delete(deletes.keys(), deletes.timestamps());
    }
    return segment;
  }

  private Segments.Segment write(Compaction compaction, List<SealedSegment> sources) {
    Segments.Segment first = compaction.sources().getFirst();
    SegmentIdentity target =
        new SegmentIdentity(
            compaction.target(), first.collectionId(), first.partitionId(), first.channel());
    String folder =
        ObjectLayout.segment(first.collectionId(), compaction.target())
            + ObjectLayout.merge()
            + "/";
    Failpoints.hit("compaction.beforeObjects");
    SegmentManifest manifest =
        io.elanus.segment.Compaction.run(
            target,
            compaction.schema(),
            sources,
            compaction.retainedFrom(),
            compaction.expiredBefore(),
            objects.sink(folder));
    String manifestKey = objects.writeManifest(folder, manifest);
    return describe(compaction, manifest, manifestKey);
  }

  private static Segments.Segment describe(
      Compaction compaction, SegmentManifest manifest, String manifestKey) {
    Segments.Segment first = compaction.sources().getFirst();
    long firstPosition = Long.MAX_VALUE;
    long lastPosition = 0;
    Set<Long> ancestors = new LinkedHashSet<>();
    for (Segments.Segment source : compaction.sources()) {
      firstPosition = Math.min(firstPosition, source.firstPosition());
      lastPosition = Math.max(lastPosition, source.lastPosition());
      ancestors.add(source.id());
    }
    compaction.sources().forEach(source -> ancestors.addAll(source.compactedFrom()));
    return new Segments.Segment(
        compaction.target(),
        first.collectionId(),
        first.partitionId(),
        first.channel(),
        Segments.State.FLUSHED,
        manifest.schemaVersion(),
        manifest.rows(),
        manifest.bytes(),
        manifestKey,
        firstPosition,
        lastPosition,
        manifest.minTimestamp(),
        manifest.maxTimestamp(),
        deletesApplied(compaction),
        List.copyOf(ancestors));
  }

  /**
   * Delete files of a shard are written in the order of time, so a compaction that was given all of
   * them has applied everything up to the latest.
   */
  private static long deletesApplied(Compaction compaction) {
    long inSources = Long.MAX_VALUE;
    for (Segments.Segment source : compaction.sources()) {
      inSources = Math.min(inSources, source.deletesAppliedUpTo());
    }
    long inFiles = 0;
    for (Segments.DeleteFile file : compaction.deletes()) {
      inFiles = Math.max(inFiles, file.maxTimestamp());
    }
    return Math.max(inSources, inFiles);
  }
}
