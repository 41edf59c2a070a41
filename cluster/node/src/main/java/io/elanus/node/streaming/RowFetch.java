package io.elanus.node.streaming;

import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.expression.Terms;
import io.elanus.node.read.SegmentReads;
import io.elanus.roles.Reads;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import io.elanus.segment.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Fetches the rows of hits where they were found. A row that is not there any more, because its
 * segment was flushed (which sorts the rows) or replaced, is found again by its key at the same
 * timestamp.
 */
final class RowFetch {
  private static final long LOCAL = -1;
  private static final long NOWHERE = -2;

  private final SealedNodes nodes;
  private final SegmentReads segmentReads;
  private final ShardSnapshot snapshot;
  private final Reads.Fetch fetch;
  private final FieldSchema key;
  private final List<Long> columns;
  private final List<RowBatch> parts = new ArrayList<>();
  private final int[] partOf;
  private final int[] rowOf;

  RowFetch(
      SealedNodes nodes,
      SegmentReads segmentReads,
      Shard shard,
      ShardSnapshot snapshot,
      Reads.Fetch fetch) {
    this.nodes = nodes;
    this.segmentReads = segmentReads;
    this.snapshot = snapshot;
    this.fetch = fetch;
    this.key = shard.schema().primaryKey();
    this.columns = SegmentReads.columns(shard.schema(), fetch.fields());
    this.partOf = new int[fetch.keys().size()];
    this.rowOf = new int[partOf.length];
  }

  /**
   * Empty when a row is nowhere at its timestamp.
   *
   * @param byKey answers a query of the shard
   */
  Optional<RowBatch> run(Function<Reads.Query, Reads.Found> byKey) {
    List<Integer> missing = new ArrayList<>();
    Map<Long, List<Integer>> places = places();
    places.forEach((place, rows) -> {
      Optional<RowBatch> found = fetchFrom(place, rows);
      if (found.isEmpty()) {
        missing.addAll(rows);
      } else {
        accept(found.get(), rows, missing);
      }
    });
    if (!missing.isEmpty() && !findAgain(missing, byKey)) {
      return Optional.empty();
    }
    boolean inOrder = missing.isEmpty() && parts.size() == 1;
    return Optional.of(inOrder ? parts.getFirst() : RowBatch.gather(parts, partOf, rowOf));
  }

  /** Rows asked for by where they are: a node id, or one of the constants. */
  private Map<Long, List<Integer>> places() {
    Map<Long, List<Integer>> places = new TreeMap<>();
    for (int i = 0; i < partOf.length; i++) {
      places.computeIfAbsent(place(fetch.segments()[i]), id -> new ArrayList<>()).add(i);
    }
    return places;
  }

  private long place(long segment) {
    for (Growing growing : snapshot.local()) {
      if (growing.id() == segment) {
        return LOCAL;
      }
    }
    Long node = snapshot.view().map(view -> view.placements().get(segment)).orElse(null);
    return node == null ? NOWHERE : node;
  }

  private Optional<RowBatch> fetchFrom(long place, List<Integer> rows) {
    if (place == NOWHERE) {
      return Optional.empty();
    }
    try {
      return Optional.of(place == LOCAL ? fetchLocal(rows) : fetchRemote(place, rows));
    } catch (ElanusException gone) {
      if (gone.code() == ErrorCode.SEGMENT_NOT_FOUND) {
        return Optional.empty();
      }
      throw gone;
    }
  }

  private RowBatch fetchRemote(long place, List<Integer> rows) {
    int[] indexes = indexes(rows);
    long[] timestamps = new long[indexes.length];
    long[] segments = new long[indexes.length];
    int[] ordinals = new int[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      timestamps[i] = fetch.timestamps()[indexes[i]];
      segments[i] = fetch.segments()[indexes[i]];
      ordinals[i] = fetch.ordinals()[indexes[i]];
    }
    var part =
        new Reads.Fetch(
            fetch.scope(),
            fetch.keys().take(indexes),
            timestamps,
            segments,
            ordinals,
            fetch.fields());
    return nodes.ask(place, node -> node.fetch(part));
  }

  private RowBatch fetchLocal(List<Integer> rows) {
    Map<Long, Integer> order = new HashMap<>();
    List<Segment> segments = new ArrayList<>();
    int[] owners = new int[rows.size()];
    int[] ordinals = new int[rows.size()];
    for (int i = 0; i < owners.length; i++) {
      long segment = fetch.segments()[rows.get(i)];
      owners[i] =
          order.computeIfAbsent(
              segment,
              id -> {
                segments.add(local(id));
                return segments.size() - 1;
              });
      ordinals[i] = fetch.ordinals()[rows.get(i)];
    }
    return segmentReads.fetch(segments, owners, ordinals, columns);
  }

  private Segment local(long segment) {
    for (Growing growing : snapshot.local()) {
      if (growing.id() == segment) {
        return growing.segment();
      }
    }
    throw new ElanusException(ErrorCode.SEGMENT_NOT_FOUND).with("segment", segment);
  }

  /**
   * Takes the rows that are those asked for; the others are missing. A flush orders the rows of a
   * growing segment anew, so that another row may be at the old place, even one of the same key.
   */
  private void accept(RowBatch found, List<Integer> rows, List<Integer> missing) {
    Keys keys = found.keys(key.id());
    Column.Fixed timestamps = (Column.Fixed) found.get(CollectionSchema.TIMESTAMP_FIELD);
    int part = parts.size();
    parts.add(found);
    for (int row = 0; row < rows.size(); row++) {
      int asked = rows.get(row);
      if (keys.get(row).equals(fetch.keys().get(asked))
          && timestamps.asLong(row) == fetch.timestamps()[asked]) {
        partOf[asked] = part;
        rowOf[asked] = row;
      } else {
        missing.add(asked);
      }
    }
  }

  /** Whether all are there. */
  private boolean findAgain(List<Integer> missing, Function<Reads.Query, Reads.Found> byKey) {
    Keys wanted = fetch.keys().take(indexes(missing));
    Terms terms =
        switch (wanted) {
          case Keys.Longs longs -> Terms.ofLongs(longs.keys());
          case Keys.Texts texts -> Terms.ofTexts(texts.keys());
        };
    Filter filter = new Filter.AnyOf(new Operand.Field(key.id(), key.type()), terms);
    RowBatch found =
        byKey.apply(new Reads.Query(fetch.scope(), filter, -1, false, fetch.fields())).rows();
    Map<Object, Integer> rows = new HashMap<>();
    if (found.rows() > 0) {
      Keys keys = found.keys(key.id());
      for (int row = 0; row < found.rows(); row++) {
        rows.put(keys.get(row), row);
      }
    }
    parts.add(found);
    for (int asked : missing) {
      Integer row = rows.get(fetch.keys().get(asked));
      if (row == null) {
        return false;
      }
      partOf[asked] = parts.size() - 1;
      rowOf[asked] = row;
    }
    return true;
  }

  private static int[] indexes(List<Integer> rows) {
    return rows.stream().mapToInt(Integer::intValue).toArray();
  }
}
