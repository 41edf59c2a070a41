package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Reads;
import io.elanus.schema.ElanusException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns a query request into a plan. */
final class QueryPlanner {
  private static final String COUNT = "count(*)";
  private static final Pattern AGGREGATE =
      Pattern.compile("(?i)\\s*(count|sum|avg|min|max)\\s*\\(.*\\)\\s*");

  private final SchemaCache cache;
  private final ReadClock readClock;
  private final ResultLimit resultLimit;
  private final ProxyConfig config;

  QueryPlanner(
      SchemaCache cache, ReadClock readClock, ResultLimit resultLimit, ProxyConfig config) {
    this.cache = cache;
    this.readClock = readClock;
    this.resultLimit = resultLimit;
    this.config = config;
  }

  QueryPlan plan(Catalogue.Collection collection, Proxy.QueryRequest request) {
    SearchOptions options = SearchOptions.of(request.parameters());
    checkUnbuilt(options, request.outputFields());
    boolean counting = isCount(request.outputFields());
    long limit = limit(options);
    long offset = offset(options, limit);
    if (counting && limit >= 0) {
      throw ElanusException.invalid("count entities with pagination is not allowed");
    }
    if (request.filter().isBlank() && limit < 0 && !counting) {
      throw ElanusException.invalid("empty expression should be used with limit");
    }
    options.checkCollectionId(collection.id());
    boolean ignoreGrowing = options.flag("ignore_growing");
    Set<Long> named = PartitionScope.named(collection, request.partitions());
    OutputFields outputs =
        counting
            ? new OutputFields(List.of(), List.of(COUNT))
            : OutputFields.of(collection.schema(), request.outputFields())
                .withKey(collection.schema());
    FilterPlan filter =
        FilterPlan.of(FilterPlan.QUERY, collection.schema(), request.filter(), request.templates());
    QueryCoord.LoadState state = PartitionScope.requireLoaded(cache, collection, named);
    outputs.requireLoaded(state);
    long wanted = limit < 0 ? -1 : offset + limit;
    long at = readClock.timestamp(collection, request.level(), options.flag("iterator"));
    Reads.Scope scope =
        new Reads.Scope(
            at,
            PartitionScope.pruned(collection, PartitionScope.readable(state, named), filter),
            ReadClock.expiredBefore(collection, at),
            ignoreGrowing,
            collection.schema().version());
    long most = resultLimit.mostRows(outputs.fields());
    Reads.Query query =
        new Reads.Query(
            scope,
            filter.filter(),
            counting ? -1 : wanted < 0 ? most : Math.min(wanted, most),
            counting,
            outputs.fields().stream().map(field -> field.id()).toList());
    return new QueryPlan(
        collection, query, ReadChannels.of(collection, filter), offset, limit, counting, outputs);
  }

  private static void checkUnbuilt(SearchOptions options, List<String> outputFields) {
    options.refuse("group_by_fields", "query with group by");
    options.refuse("order_by_fields", "query with order by");
    options.refuse("query_iter_last_element_offset", "element-level query");
    for (String field : outputFields) {
      if (AGGREGATE.matcher(field).matches() && !isCount(List.of(field))) {
        throw ElanusException.invalid("aggregation in a query is not supported yet: " + field);
      }
    }
    if (outputFields.size() > 1
        && outputFields.stream().anyMatch(field -> isCount(List.of(field)))) {
      throw ElanusException.invalid(
          "aggregation together with other output fields is not supported yet: " + COUNT);
    }
  }

  private static boolean isCount(List<String> outputFields) {
    return outputFields.size() == 1
        && outputFields.getFirst().replace(" ", "").toLowerCase(Locale.ROOT).equals(COUNT);
  }

  private static long limit(SearchOptions options) {
    Optional<Long> limit = options.wholeNumber("limit", "limit");
    if (limit.isEmpty() || limit.get() == -1) {
      return -1;
    }
    if (limit.get() <= 0) {
      throw ElanusException.invalid(
          "limit [%d] is invalid, should be greater than 0".formatted(limit.get()));
    }
    return limit.get();
  }

  /** Looked at only when there is a limit. */
  private long offset(SearchOptions options, long limit) {
    if (limit < 0) {
      return 0;
    }
    long offset = options.wholeNumber("offset", "offset").orElse(0L);
    if (offset < 0) {
      throw ElanusException.invalid(
          "offset [%d] is invalid, should be gte than 0".formatted(offset));
    }
    SearchOptions.checkWindow(offset, limit, config.maxTopK());
    return offset;
  }
}
