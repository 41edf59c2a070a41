package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.KeyOrder;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.assertj.core.data.Offset;

/** Compares what some segments hold together with the model, at one timestamp after the other. */
final class Judge {
  private final String form;
  private final History history;
  private final List<? extends Segment> segments;

  Judge(String form, History history, List<? extends Segment> segments) {
    this.form = form;
    this.history = history;
    this.segments = segments;
  }

  void judge(long read, long expired) {
    long group = history.random.nextInt(6);
    Comparable<?> key = history.randomKey(220);
    judge(read, expired, new Filter.Everything(), bird -> true);
    judge(
        read,
        expired,
        compare(Birds.GROUP, DataType.INT64, Comparison.EQUAL, new Value.Int(group)),
        bird -> bird.group() != null && bird.group() == group);
    judge(
        read,
        expired,
        compare(Birds.KEY, history.keyType, Comparison.EQUAL, value(key)),
        bird -> bird.key().equals(key));
    judge(
        read,
        expired,
        new Filter.All(
            List.of(
                compare(Birds.KEY, history.keyType, Comparison.GREATER, value(key)),
                compare(Birds.RARE, DataType.BOOL, Comparison.EQUAL, new Value.Bool(true)))),
        bird -> KeyOrder.compare(bird.key(), key) > 0 && bird.rare());
  }

  private static Filter compare(long field, DataType type, Comparison comparison, Value value) {
    return new Filter.Compare(new Operand.Field(field, type), comparison, value);
  }

  private static Value value(Comparable<?> key) {
    return key instanceof Long number ? new Value.Int(number) : new Value.Text((String) key);
  }

  private void judge(long read, long expired, Filter filter, Predicate<Birds.Bird> predicate) {
    String what = "%s at %d, expired before %d, %s".formatted(form, read, expired, filter);
    long count =
        segments.stream()
            .mapToLong(segment ->
                segment
                    .query(new SegmentQuery(filter, read, expired, -1, Optional.empty(), true))
                    .count())
            .sum();
    assertThat(count).as(what).isEqualTo(history.visible(read, expired, predicate).size());
    judgeRows(what, read, expired, filter, predicate);
    judgeLimit(what, read, expired, filter);
    judgeSearch(what, read, expired, filter, predicate);
    if (filter instanceof Filter.Everything && expired == 0) {
      judgeLookup(what, read);
    }
  }

  private void judgeRows(
      String what, long read, long expired, Filter filter, Predicate<Birds.Bird> predicate) {
    TreeMap<Comparable<?>, List<Object>> found = new TreeMap<>(KeyOrder::compare);
    Map<Comparable<?>, Long> times = new TreeMap<>(KeyOrder::compare);
    for (Segment segment : segments) {
      Matches matches =
          segment.query(new SegmentQuery(filter, read, expired, -1, Optional.empty(), false));
      List<Long> fields =
          List.of(Birds.KEY, Birds.GROUP, Birds.NAME, Birds.RARE, Birds.TAGS, Birds.META);
      RowBatch rows = segment.fetch(matches.ordinals(), fields);
      for (int i = 0; i < matches.count(); i++) {
        Comparable<?> key = matches.keys().get(i);
        if (i > 0) {
          assertThat(KeyOrder.compare(matches.keys().get(i - 1), key)).as(what).isNegative();
        }
        if (times.getOrDefault(key, -1L) <= matches.timestamps()[i]) {
          times.put(key, matches.timestamps()[i]);
          int row = i;
          found.put(
              key, new ArrayList<>(fields.stream().map(f -> rows.get(f).value(row)).toList()));
        }
      }
    }
    List<List<Object>> expected =
        history.newest(read, expired, predicate).stream()
            .map(version -> {
              Birds.Bird bird = version.bird();
              List<Object> values = new ArrayList<>();
              values.add(bird.key());
              values.add(bird.group());
              values.add(bird.name());
              values.add(bird.rare());
              values.add(bird.tags());
              values.add(bird.meta());
              return values;
            })
            .toList();
    // Two versions of one key and one timestamp in two segments may both be the newest.
    assertThat(List.copyOf(found.values())).as(what).isEqualTo(expected);
  }

  private void judgeLimit(String what, long read, long expired, Filter filter) {
    for (Segment segment : segments) {
      Matches all =
          segment.query(new SegmentQuery(filter, read, expired, -1, Optional.empty(), false));
      Optional<Comparable<?>> last = Optional.empty();
      int at = 0;
      while (true) {
        Matches page = segment.query(new SegmentQuery(filter, read, expired, 17, last, false));
        if (page.count() == 0) {
          break;
        }
        for (int i = 0; i < page.count(); i++, at++) {
          assertThat(page.ordinals()[i]).as(what).isEqualTo(all.ordinals()[at]);
        }
        last = Optional.of(page.keys().get((int) page.count() - 1));
      }
      assertThat((long) at).as(what).isEqualTo(all.count());
    }
  }

  /** The same search under a filter. */
  static SegmentSearch filtered(SegmentSearch search, Filter filter) {
    return new SegmentSearch(
        search.fieldId(),
        search.metric(),
        search.queries(),
        search.k(),
        search.parameters(),
        filter,
        search.readTimestamp(),
        search.expiredBefore(),
        search.range(),
        search.after(),
        search.groupBy(),
        search.toBeat());
  }

  private void judgeSearch(
      String what, long read, long expired, Filter filter, Predicate<Birds.Bird> predicate) {
    float[] query = history.vector();
    List<HitMerge.Source> sources = new ArrayList<>();
    for (Segment segment : segments) {
      SegmentSearch base =
          filtered(Plainly.search(Birds.VECTOR, Metric.L2, vector(query), 10, read), filter);
      SegmentSearch search =
          new SegmentSearch(
              base.fieldId(),
              base.metric(),
              base.queries(),
              base.k(),
              base.parameters(),
              base.filter(),
              read,
              expired,
              base.range(),
              base.after(),
              base.groupBy(),
              base.toBeat());
      sources.add(new HitMerge.Source(segment.id(), segment.search(search).getFirst()));
    }
    for (HitMerge.Source source : sources) {
      for (int i = 1; i < source.hits().count(); i++) {
        assertThat(source.hits().scores()[i])
            .as(what)
            .isGreaterThanOrEqualTo(source.hits().scores()[i - 1]);
      }
    }
    if (segments.size() == 1) {
      List<Float> expected = history.best(query, 10, read, expired, predicate);
      assertThat(sources.getFirst().hits().count()).as(what).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        assertThat(sources.getFirst().hits().scores()[i])
            .as(what)
            .isCloseTo(expected.get(i), Offset.offset(1e-4f));
      }
    } else {
      judgeMerged(what, query, read, expired, predicate, sources);
    }
  }

  /** Every hit is the distance of a version that matches, and the best version of all is found. */
  private void judgeMerged(
      String what,
      float[] query,
      long read,
      long expired,
      Predicate<Birds.Bird> predicate,
      List<HitMerge.Source> sources) {
    List<HitMerge.Place> merged = HitMerge.merge(Metric.L2, sources, 10, Optional.empty());
    for (HitMerge.Place place : merged) {
      SearchHits hits = sources.get(place.source()).hits();
      Comparable<?> key = hits.keys().get(place.index());
      assertThat(
              history.visible(read, expired, predicate).stream()
                  .filter(version -> version.bird().key().equals(key))
                  .filter(version -> version.timestamp() == hits.timestamps()[place.index()])
                  .filter(version -> version.bird().vector() != null)
                  .map(version -> History.distance(query, version.bird().vector()))
                  .anyMatch(distance -> Math.abs(distance - hits.scores()[place.index()]) < 1e-4f))
          .as(what)
          .isTrue();
    }
    if (history.newest(read, expired, predicate).stream()
        .anyMatch(version -> version.bird().vector() != null)) {
      assertThat(merged).as(what).isNotEmpty();
    }
  }

  private void judgeLookup(String what, long read) {
    List<Comparable<?>> keys = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      keys.add(history.randomKey(220));
    }
    for (Segment segment : segments) {
      Found found = segment.lookup(history.keys(keys), read);
      Matches all = segment.query(Plainly.query(new Filter.Everything(), read));
      for (int i = 0; i < keys.size(); i++) {
        int expected = -1;
        for (int j = 0; j < all.count(); j++) {
          if (all.keys().get(j).equals(keys.get(i))) {
            expected = all.ordinals()[j];
          }
        }
        assertThat(found.ordinals()[i]).as(what).isEqualTo(expected);
      }
    }
  }

  static Column vector(float[] vector) {
    return new ColumnBuilder(DataType.FLOAT_VECTOR, vector.length, Optional.empty())
        .add(vector)
        .build();
  }
}
