package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Entry;
import io.elanus.roles.Segments;
import java.util.List;

/** Records of DataCoord. "Millis" are those of the wall clock. */
sealed interface DataEntry extends Entry {
  /**
   * A physical channel.
   *
   * @param epoch of the last grant
   * @param owner the node it was given to, or {@link #NOBODY} after that left it
   * @param checkpoint log position below which everything is in flushed segments
   */
  record Channel(String name, long epoch, long owner, long checkpoint) implements DataEntry {
    static final long NOBODY = 0;

    @Override
    public String key() {
      return "channel/" + name;
    }
  }

  /**
   * @param segment flushed or dropped
   * @param droppedMillis 0 while it is not
   */
  record Stored(Segments.Segment segment, long droppedMillis) implements DataEntry {
    @Override
    public String key() {
      return "segment/" + segment.collectionId() + "/" + segment.id();
    }

    boolean flushed() {
      return segment.state() == Segments.State.FLUSHED;
    }
  }

  /**
   * @param obsoleteMillis 0 while some segment needs it
   */
  record Deletes(Segments.DeleteFile file, long obsoleteMillis) implements DataEntry {
    @Override
    public String key() {
      return "deletes/" + file.object();
    }
  }

  /**
   * Segments of it that are published from now on are dropped at once.
   *
   * @param partitionId 0: the whole collection
   */
  record Gone(long collectionId, long partitionId, long sinceMillis) implements DataEntry {
    @Override
    public String key() {
      return "gone/" + collectionId + "/" + partitionId;
    }
  }

  /** Rows of a virtual channel written before the timestamp have vanished. */
  record Truncated(String channel, long timestamp) implements DataEntry {
    @Override
    public String key() {
      return "truncated/" + channel;
    }
  }

  /** A merge that was begun; {@code target} is the id of the segment it writes. */
  record Merging(
      long target, long collectionId, long partitionId, String channel, List<Long> sources)
      implements DataEntry {
    public Merging {
      sources = List.copyOf(sources);
    }

    @Override
    public String key() {
      return "merging/" + target;
    }
  }
}
