package io.elanus.proxy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One page of a search iterator of the second kind (schema.proto, SearchIteratorV2Results).
 *
 * @param bound score of the last hit shown; empty on the first page
 * @param shown keys of hits with exactly that score that were shown already; none where they alone
 *     would fill the largest answer, so that the iterator goes on behind them
 */
record IteratorPage(String token, int batch, Optional<Float> bound, Set<Object> shown) {
  IteratorPage {
    shown = Set.copyOf(shown);
  }

  /** Empty when the request is no page of an iterator of this kind. */
  static Optional<IteratorPage> of(
      SearchOptions options, int queries, IteratorTies ties, ProxyConfig config) {
    if (!options.flag("search_iter_v2")) {
      return Optional.empty();
    }
    if (!options.flag("iterator")) {
      throw new ElanusException(
          ErrorCode.MISSING_PARAMETER, "both iterator and search_iter_v2 must be set in the SDK");
    }
    if (options.has("group_by_field") || options.has("group_by_fields")) {
      throw ElanusException.invalid("GroupBy is not permitted when using a search iterator");
    }
    if (options.wholeNumber("offset", "offset").orElse(0L) != 0) {
      throw ElanusException.invalid(
          "Setting an offset is not permitted when using a search iterator v2");
    }
    if (queries != 1) {
      throw ElanusException.invalid(
          "search iterator v2 does not support more than one query vector, nq: " + queries);
    }
    String token = token(options);
    Optional<Float> bound = bound(options);
    Set<Object> tied = bound.map(score -> ties.shown(token, score)).orElse(Set.of());
    Set<Object> shown = tied.size() < config.maxTopK() ? tied : Set.of();
    return Optional.of(new IteratorPage(token, batch(options, config), bound, shown));
  }

  private static int batch(SearchOptions options, ProxyConfig config) {
    String text =
        options
            .text("search_iter_batch_size")
            .orElseThrow(
                () -> new ElanusException(ErrorCode.MISSING_PARAMETER, "batch size is required"));
    try {
      int batch = Integer.parseInt(text.strip());
      if (batch >= 1 && batch <= config.maxTopK()) {
        return batch;
      }
    } catch (NumberFormatException e) {
      throw ElanusException.invalid("batch size is invalid, got " + text);
    }
    throw ElanusException.invalid("batch size is invalid, got " + text);
  }

  private static String token(SearchOptions options) {
    Optional<String> given = options.text("search_iter_id");
    if (given.isEmpty()) {
      return UUID.randomUUID().toString();
    }
    try {
      return UUID.fromString(given.get()).toString();
    } catch (IllegalArgumentException e) {
      throw ElanusException.invalid("invalid token format");
    }
  }

  private static Optional<Float> bound(SearchOptions options) {
    return options
        .text("search_iter_last_bound")
        .map(text -> {
          try {
            return Float.parseFloat(text.strip());
          } catch (NumberFormatException e) {
            throw ElanusException.invalid("failed to parse input last bound, value: " + text);
          }
        });
  }

  /** Where shards begin: at the bound again when ties of it are known, else strictly after it. */
  Optional<Float> after(Metric metric) {
    if (shown.isEmpty()) {
      return bound;
    }
    return bound.map(score -> metric.largerIsBetter() ? Math.nextUp(score) : Math.nextDown(score));
  }

  /** Enough hits that a full batch remains once those shown are left out. */
  int wanted() {
    return batch + shown.size();
  }

  /** The bound to send when nothing more came. */
  float boundOr(Metric metric) {
    return bound.orElse(metric.largerIsBetter() ? Float.MAX_VALUE : -Float.MAX_VALUE);
  }
}
