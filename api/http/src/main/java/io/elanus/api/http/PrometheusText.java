package io.elanus.api.http;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.HistogramSupport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Meters as the Prometheus text format 0.0.4. Names are printed as they were given, because
 * dashboards ask for Milvus's names, which Micrometer's own Prometheus registry would rewrite
 * ({@code milvus_proxy_req_count} has no {@code _total}).
 */
final class PrometheusText {
  private final StringBuilder text = new StringBuilder(4096);

  private PrometheusText() {}

  static String of(MeterRegistry registry) {
    Map<String, List<Meter>> families = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      String name = sanitized(meter.getId().getName());
      families.computeIfAbsent(name, unused -> new ArrayList<>()).add(meter);
    }
    PrometheusText printer = new PrometheusText();
    families.forEach(printer::family);
    return printer.text.toString();
  }

  private void family(String name, List<Meter> meters) {
    Meter first = meters.getFirst();
    String help = first.getId().getDescription();
    if (help != null) {
      text.append("# HELP ").append(name).append(' ');
      text.append(help.replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
    }
    text.append("# TYPE ").append(name).append(' ').append(type(first)).append('\n');
    for (Meter meter : meters) {
      if (meter instanceof HistogramSupport histogram) {
        histogram(name, meter, histogram.takeSnapshot());
      } else {
        for (Measurement measurement : meter.measure()) {
          sample(name + suffix(meter, measurement), tags(meter, ""), measurement.getValue());
        }
      }
    }
  }

  private static String type(Meter meter) {
    if (meter instanceof HistogramSupport) {
      return "histogram";
    }
    return meter.getId().getType() == Meter.Type.COUNTER ? "counter" : "gauge";
  }

  private static String suffix(Meter meter, Measurement measurement) {
    Statistic statistic = measurement.getStatistic();
    return statistic == Statistic.COUNT || statistic == Statistic.VALUE
        ? ""
        : meter.getId().getType() == Meter.Type.OTHER
            ? "_" + statistic.getTagValueRepresentation()
            : "";
  }

  private void histogram(String name, Meter meter, HistogramSnapshot snapshot) {
    for (CountAtBucket bucket : snapshot.histogramCounts()) {
      sample(
          name + "_bucket", tags(meter, "le=\"" + number(bucket.bucket()) + "\""), bucket.count());
    }
    sample(name + "_bucket", tags(meter, "le=\"+Inf\""), snapshot.count());
    sample(name + "_sum", tags(meter, ""), snapshot.total());
    sample(name + "_count", tags(meter, ""), snapshot.count());
  }

  private void sample(String name, String tags, double value) {
    text.append(name).append(tags).append(' ').append(number(value)).append('\n');
  }

  private static String tags(Meter meter, String more) {
    StringBuilder tags = new StringBuilder();
    for (Tag tag : meter.getId().getTagsAsIterable()) {
      tags.append(tags.isEmpty() ? "" : ",");
      tags.append(sanitized(tag.getKey())).append("=\"").append(escaped(tag.getValue()));
      tags.append('"');
    }
    if (!more.isEmpty()) {
      tags.append(tags.isEmpty() ? "" : ",").append(more);
    }
    return tags.isEmpty() ? "" : "{" + tags + "}";
  }

  private static String sanitized(String name) {
    return name.replaceAll("[^a-zA-Z0-9_:]", "_");
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static String number(double value) {
    if (value == Double.POSITIVE_INFINITY) {
      return "+Inf";
    }
    if (value == Double.NEGATIVE_INFINITY) {
      return "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%d", (long) value)
        : Double.toString(value);
  }
}
