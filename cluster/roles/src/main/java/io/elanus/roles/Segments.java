package io.elanus.roles;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Segments and what belongs to them, as coordinators and nodes speak of them. */
public final class Segments {
  private Segments() {}

  /** Wire numbers: Growing 2, Sealed 3, Flushed 4, Flushing 5, Dropped 6. */
  public enum State {
    GROWING,
    SEALED,
    FLUSHING,
    FLUSHED,
    DROPPED
  }

  /**
   * @param manifest object key of the segment's manifest; empty while growing
   * @param firstPosition log position of its first record; {@code lastPosition} of the record after
   *     its last: replay skips its rows below
   * @param minTimestamp of its rows; {@code maxTimestamp} too
   * @param deletesAppliedUpTo every delete up to this timestamp is part of the files already; later
   *     ones come from delete files and from the leader's memory
   * @param compactedFrom inputs, when a compaction made it
   */
  public record Segment(
      long id,
      long collectionId,
      long partitionId,
      String channel,
      State state,
      int schemaVersion,
      long rows,
      long bytes,
      String manifest,
      long firstPosition,
      long lastPosition,
      long minTimestamp,
      long maxTimestamp,
      long deletesAppliedUpTo,
      List<Long> compactedFrom) {}

  /**
   * Deletes of a shard, persisted: object key, number of (key, timestamp) pairs and their time
   * range.
   */
  public record DeleteFile(
      String object, String channel, long rows, long minTimestamp, long maxTimestamp) {}

  /**
   * A built index of one segment. {@code parameters} hold index_type, metric_type and build
   * parameters, {@link #BUILT_AS} where the type leaves that open, and {@link #CHECKSUM}.
   *
   * @param bytes of the file, which is mapped and used in place
   * @param resident of them, what every search may need in memory; the rest is as well on disk. 0:
   *     not known
   * @param foretold what the file was expected to take before it was built; 0: not known
   * @param recall of the 10 nearest at the default effort, as its build measured it; empty: not
   *     measured, or answers are exact
   */
  public record IndexFile(
      long segmentId,
      long indexId,
      long fieldId,
      String jsonPath,
      Map<String, String> parameters,
      String object,
      long bytes,
      long resident,
      long foretold,
      Optional<Float> recall) {
    /** The parameter that tells what was built, as its users are told. */
    public static final String BUILT_AS = "elanus.built_as";

    /** The parameter that tells this file from all others: the checksum in its header. */
    public static final String CHECKSUM = "elanus.checksum";

    /** Parameters that only builds set. */
    public static final Set<String> OWN_PARAMETERS = Set.of(BUILT_AS, CHECKSUM);

    /** A file of which nothing was measured. */
    public IndexFile(
        long segmentId,
        long indexId,
        long fieldId,
        String jsonPath,
        Map<String, String> parameters,
        String object,
        long bytes) {
      this(
          segmentId, indexId, fieldId, jsonPath, parameters, object, bytes, 0, 0, Optional.empty());
    }

    /** Of its header; empty for files that were built before it was kept, or if it is no number. */
    public Optional<Integer> checksum() {
      try {
        return Optional.ofNullable(parameters.get(CHECKSUM)).map(Integer::valueOf);
      } catch (NumberFormatException unknown) { // a client's own text was kept once
        return Optional.empty();
      }
    }
  }

  /**
   * What reads of a shard see, apart from growing rows. Switching from one version to the next is
   * atomic at the leader.
   *
   * @param partitions loaded ones; empty: all
   * @param placements query node id of each sealed segment
   * @param deletesUpTo each placed segment has every delete of a delete file up to this timestamp
   *     applied
   * @param others whether there are further replicas: a read that lacks a segment is better asked
   *     there than kept waiting
   */
  public record View(
      String channel,
      long version,
      Set<Long> partitions,
      Map<Long, Long> placements,
      long deletesUpTo,
      boolean others) {
    /** Of the only replica. */
    public View(
        String channel,
        long version,
        Set<Long> partitions,
        Map<Long, Long> placements,
        long deletesUpTo) {
      this(channel, version, partitions, placements, deletesUpTo, false);
    }

    public View {
      partitions = Set.copyOf(partitions);
      placements = Map.copyOf(placements);
    }
  }
}
