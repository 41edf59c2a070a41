package io.elanus.segment;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.KeyOrder;
import io.elanus.schema.Keys;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The brute-force model: every write that ever was, judged row by row at a timestamp. */
final class History {
  record Version(Birds.Bird bird, long timestamp) {}

  final DataType keyType;
  final Random random;
  final List<Version> versions = new ArrayList<>();
  final Map<Comparable<?>, List<Long>> deletes = new HashMap<>();
  long now = 1000;

  History(DataType keyType, long seed) {
    this.keyType = keyType;
    this.random = new Random(seed);
  }

  boolean visible(Version version, long read, long expiredBefore) {
    return version.timestamp <= read
        && version.timestamp >= expiredBefore
        && deletes.getOrDefault(version.bird.key(), List.of()).stream()
            .noneMatch(delete -> delete <= read && delete > version.timestamp);
  }

  List<Version> visible(long read, long expiredBefore, Predicate<Birds.Bird> filter) {
    return versions.stream()
        .filter(version -> visible(version, read, expiredBefore) && filter.test(version.bird))
        .toList();
  }

  /** In key order, of each key the newest version that matches. */
  List<Version> newest(long read, long expiredBefore, Predicate<Birds.Bird> filter) {
    TreeMap<Comparable<?>, Version> byKey = new TreeMap<>(KeyOrder::compare);
    for (Version version : visible(read, expiredBefore, filter)) {
      byKey.merge(version.bird.key(), version, (a, b) -> b.timestamp >= a.timestamp ? b : a);
    }
    return List.copyOf(byKey.values());
  }

  /** Squared distances of the best rows, ascending. */
  List<Float> best(
      float[] query, int k, long read, long expiredBefore, Predicate<Birds.Bird> filter) {
    return newest(read, expiredBefore, filter).stream()
        .filter(version -> version.bird.vector() != null)
        .map(version -> distance(query, version.bird.vector()))
        .sorted(Comparator.naturalOrder())
        .limit(k)
        .toList();
  }

  static float distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
    }
    return (float) sum;
  }

  Comparable<?> randomKey(int keys) {
    long number = random.nextInt(keys);
    return keyType == DataType.INT64 ? (Comparable<?>) number : "vogel-" + number * 7919 % keys;
  }

  Birds.Bird randomBird(Comparable<?> key) {
    return new Birds.Bird(
        key,
        random.nextInt(8) == 0 ? null : (long) random.nextInt(6),
        "name-" + random.nextInt(100),
        random.nextBoolean(),
        random.nextInt(10) == 0 ? null : vector(),
        sparse(),
        random.nextInt(5) == 0 ? null : List.of((long) random.nextInt(4), 9L),
        "{\"kind\":{\"size\":" + random.nextInt(4) + "}}");
  }

  float[] vector() {
    float[] vector = new float[Birds.DIMENSION];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = random.nextFloat();
    }
    return vector;
  }

  byte[] sparse() {
    int pairs = 1 + random.nextInt(4);
    byte[] bytes = new byte[8 * pairs];
    MemorySegment target = MemorySegment.ofArray(bytes);
    int index = 0;
    for (int i = 0; i < pairs; i++) {
      index += 1 + random.nextInt(5);
      target.set(Column.INT, 8L * i, index);
      target.set(Column.FLOAT, 8L * i + 4, random.nextFloat() + 0.1f);
    }
    return bytes;
  }

  Keys keys(List<? extends Comparable<?>> keys) {
    return keyType == DataType.INT64
        ? Keys.of(keys.stream().mapToLong(key -> (Long) key).toArray())
        : Keys.of(keys.stream().map(key -> (String) key).toList());
  }
}
