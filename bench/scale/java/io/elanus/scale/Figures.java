package io.elanus.scale;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What was measured at one size, by name, in the order of measuring. Times are milliseconds. */
public final class Figures {
  private final Map<String, Double> values = new LinkedHashMap<>();

  public void put(String name, double value) {
    values.put(name, value);
  }

  public double get(String name) {
    return values.getOrDefault(name, Double.NaN);
  }

  /** Keeps how long one run took. */
  public <T> T timed(String name, Supplier<T> run) {
    long begin = System.nanoTime();
    T result = run.get();
    put(name, (System.nanoTime() - begin) / 1e6);
    return result;
  }

  /** The largest and the smallest of some loads as parts of their mean. */
  public void spread(String name, Collection<Long> loads) {
    double mean = loads.stream().mapToLong(Long::longValue).average().orElse(0);
    put(name + " most/mean", loads.stream().mapToLong(Long::longValue).max().orElse(0) / mean);
    put(name + " least/mean", loads.stream().mapToLong(Long::longValue).min().orElse(0) / mean);
  }

  String json() {
    List<String> members = new ArrayList<>();
    values.forEach((name, value) -> members.add("\"" + name + "\": " + (Double.isFinite(value) ? value : "null")));
    return "{" + String.join(", ", members) + "}";
  }
}
