package io.elanus.coordinator.query;

import io.elanus.coordinator.query.Serving.Copy;
import io.elanus.coordinator.query.Serving.Placed;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Copies of segments on query nodes; never changes. One that differs in a copy shares everything
 * else with it but a bucket and the list of buckets, and the two are told apart by the buckets that
 * they do not share: thousands of segments of a collection are entered one by one as they are
 * loaded.
 */
final class Placements extends AbstractMap<Copy, Placed> {
  static final Placements NONE = new Placements(List.of(Map.of()), 0);

  /** In a bucket on the average; beyond it there are so many times more buckets. */
  private static final int MOST = 8;

  private static final int MORE = 16;

  private final List<Map<Copy, Placed>> buckets;
  private final int size;

  private Placements(List<Map<Copy, Placed>> buckets, int size) {
    this.buckets = buckets;
    this.size = size;
  }

  static Placements of(Map<Copy, Placed> placed) {
    return placed instanceof Placements already ? already : spread(placed, 1);
  }

  private static Placements spread(Map<Copy, Placed> placed, int least) {
    int width = least;
    while (placed.size() > width * MOST) {
      width *= MORE;
    }
    List<Map<Copy, Placed>> buckets = new ArrayList<>(Collections.nCopies(width, Map.of()));
    Map<Integer, Map<Copy, Placed>> filled = new HashMap<>();
    for (Map.Entry<Copy, Placed> entry : placed.entrySet()) {
      filled
          .computeIfAbsent(index(entry.getKey(), width), none -> new HashMap<>())
          .put(entry.getKey(), entry.getValue());
    }
    filled.forEach((index, bucket) -> buckets.set(index, Map.copyOf(bucket)));
    return new Placements(buckets, placed.size());
  }

  private static int index(Copy copy, int width) {
    int hash = copy.hashCode();
    return Math.floorMod(hash ^ (hash >>> 16), width);
  }

  private Map<Copy, Placed> bucket(Copy copy) {
    return buckets.get(index(copy, buckets.size()));
  }

  Placements with(Placed placed) {
    Copy copy = placed.copy();
    Map<Copy, Placed> bucket = new HashMap<>(bucket(copy));
    int more = bucket.put(copy, placed) == null ? 1 : 0;
    List<Map<Copy, Placed>> others = new ArrayList<>(buckets);
    others.set(index(copy, buckets.size()), Map.copyOf(bucket));
    var with = new Placements(others, size + more);
    return with.size > others.size() * MOST ? spread(with, others.size()) : with;
  }

  Placements without(Predicate<Copy> gone) {
    List<Map<Copy, Placed>> others = new ArrayList<>(buckets.size());
    int left = 0;
    for (Map<Copy, Placed> bucket : buckets) {
      Map<Copy, Placed> fewer = bucket;
      if (bucket.keySet().stream().anyMatch(gone)) {
        fewer = new HashMap<>(bucket);
        fewer.keySet().removeIf(gone);
        fewer = Map.copyOf(fewer);
      }
      others.add(fewer);
      left += fewer.size();
    }
    return left == size ? this : new Placements(others, left);
  }

  /** Tells what is in the one and not in the other; what was replaced is both. */
  static void compare(
      Placements before, Placements after, Consumer<Placed> gone, Consumer<Placed> came) {
    if (before.buckets.size() != after.buckets.size()) {
      missing(before, after, gone);
      missing(after, before, came);
      return;
    }
    for (int i = 0; i < before.buckets.size(); i++) {
      Map<Copy, Placed> one = before.buckets.get(i);
      Map<Copy, Placed> other = after.buckets.get(i);
      if (one != other) {
        missing(one, other, gone);
        missing(other, one, came);
      }
    }
  }

  private static void missing(
      Map<Copy, Placed> of, Map<Copy, Placed> in, Consumer<Placed> consumer) {
    of.forEach((copy, placed) -> {
      if (in.get(copy) != placed) {
        consumer.accept(placed);
      }
    });
  }

  @Override
  public @Nullable Placed get(@Nullable Object key) {
    return key instanceof Copy copy ? bucket(copy).get(copy) : null;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Set<Entry<Copy, Placed>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<Copy, Placed>> iterator() {
        return buckets.stream().flatMap(bucket -> bucket.entrySet().stream()).iterator();
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
