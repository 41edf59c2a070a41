package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Change;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.roles.codec.RecordCodec;
import io.elanus.scale.Figures;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** IndexCoord's deciders over the files of one vector index on every segment. */
public final class Files {
  private static final Map<String, String> PARAMETERS =
      Map.of("index_type", "HNSW", "metric_type", "COSINE", "M", "16", "efConstruction", "200", "elanus.checksum", "-1234567890");

  private Files() {}

  public static void run(List<Segment> segments, Figures figures) {
    var state = new IndexState();
    long bytes = 0;
    long nanos = 0;
    long adoptionNanos = 0;
    Set<Long> collections = new TreeSet<>();
    for (Segment segment : segments) {
      if (collections.add(segment.collectionId())) {
        var defined = new IndexEntry.Defined(definition(segment.collectionId()));
        bytes += stored(defined);
        state.apply(Change.put(defined));
      }
      var built = new IndexEntry.Built(segment.collectionId(), file(segment));
      bytes += stored(built);
      byte[] record = RecordCodec.encode(IndexEntry.class, built);
      long begin = System.nanoTime();
      IndexEntry decoded = RecordCodec.decode(IndexEntry.class, record);
      long adopted = System.nanoTime();
      state.apply(Change.put(decoded));
      adoptionNanos += System.nanoTime() - adopted;
      nanos += System.nanoTime() - begin;
    }
    figures.put("index records", collections.size() + segments.size());
    figures.put("index bytes", bytes);
    figures.put("index replay ms", nanos / 1e6);
    figures.put("index adoption ms", adoptionNanos / 1e6);
    long first = collections.iterator().next();
    Set<Long> flushed = new HashSet<>();
    segments.stream().filter(segment -> segment.collectionId() == first).forEach(segment -> flushed.add(segment.id()));
    figures.timed("index plan of the largest ms", () -> BuildRules.release(state, first, flushed, 1));
    long last = ((TreeSet<Long>) collections).last();
    figures.timed("index plan of the smallest ms", () -> BuildRules.release(state, last, Set.of(), 1));
  }

  /** Of key and value in the metadata store. */
  private static int stored(IndexEntry entry) {
    return ("index/record/" + entry.key()).length() + RecordCodec.encode(IndexEntry.class, entry).length;
  }

  private static long id(long collection) {
    return collection + 1_000_000_000;
  }

  private static IndexCoord.Definition definition(long collection) {
    return new IndexCoord.Definition(id(collection), collection, 101, "vector", "", PARAMETERS, 1);
  }

  private static Segments.IndexFile file(Segment segment) {
    long index = id(segment.collectionId());
    String object = ObjectLayout.index(segment.collectionId(), segment.id(), index, 0);
    return new Segments.IndexFile(
        segment.id(), index, 101, "", PARAMETERS, object, segment.bytes(), segment.bytes(), segment.bytes(), Optional.of(0.98f));
  }
}
