package io.elanus.segment;

import io.elanus.schema.CollectionSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Random inserts, repeated keys, upserts and deletes, to segments and to the model alike. */
final class Writes {
  private static final int KEYS = 200;

  private final History history;
  private final CollectionSchema schema;
  private long nextRowId = 1;

  Writes(History history, CollectionSchema schema) {
    this.history = history;
    this.schema = schema;
  }

  /** One write: a key may be in any of the segments, a delete goes to all of them. */
  void step(List<GrowingSegment> segments) {
    history.now += 1 + history.random.nextInt(3);
    GrowingSegment target = segments.get(history.random.nextInt(segments.size()));
    switch (history.random.nextInt(4)) {
      case 0 -> deletes(segments);
      case 1 -> {
        List<Comparable<?>> keys = keys(1 + history.random.nextInt(20));
        delete(segments, keys);
        insert(target, keys);
      }
      default -> insert(target, keys(1 + history.random.nextInt(40)));
    }
  }

  void deletes(List<? extends Segment> segments) {
    history.now += 1 + history.random.nextInt(3);
    delete(segments, keys(1 + history.random.nextInt(15)));
  }

  private List<Comparable<?>> keys(int count) {
    List<Comparable<?>> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(history.randomKey(KEYS));
    }
    return keys.stream().distinct().<Comparable<?>>map(key -> key).toList();
  }

  private void delete(List<? extends Segment> segments, List<Comparable<?>> keys) {
    long[] timestamps = IntStream.range(0, keys.size()).mapToLong(i -> history.now).toArray();
    segments.forEach(segment -> segment.delete(history.keys(keys), timestamps));
    keys.forEach(
        key -> history.deletes.computeIfAbsent(key, k -> new ArrayList<>()).add(history.now));
  }

  private void insert(GrowingSegment target, List<Comparable<?>> keys) {
    List<Birds.Bird> birds = keys.stream().map(history::randomBird).toList();
    target.append(Birds.batch(schema, birds), history.now, nextRowId);
    nextRowId += birds.size();
    if (nextRowId % 2 == 0) {
      target.makeRoom(birds.size());
    }
    birds.forEach(bird -> history.versions.add(new History.Version(bird, history.now)));
  }
}
