package io.elanus.segment;

/** Which segment files belong to. */
public record SegmentIdentity(
    long segmentId, long collectionId, long partitionId, String channel) {}
