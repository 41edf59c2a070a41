package io.elanus.proxy;

import io.elanus.index.GpuIndexes;
import io.elanus.index.IndexParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.SearchParameters;
import io.elanus.proxy.column.QueryVectors;
import io.elanus.roles.Catalogue;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Reads;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Metric;
import io.elanus.schema.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Turns a search request into a plan. The order of checks is Milvus's (partitions, output fields,
 * queries, limits, parameters, filter, vectors, load state), so that a request with two faults gets
 * the error its client expects.
 */
final class SearchPlanner {
  private final SchemaCache cache;
  private final ReadClock readClock;
  private final StoredVectors storedVectors;
  private final IteratorTies ties;
  private final ResultLimit resultLimit;
  private final ProxyConfig config;

  SearchPlanner(
      SchemaCache cache,
      ReadClock readClock,
      StoredVectors storedVectors,
      IteratorTies ties,
      ResultLimit resultLimit,
      ProxyConfig config) {
    this.cache = cache;
    this.readClock = readClock;
    this.storedVectors = storedVectors;
    this.ties = ties;
    this.resultLimit = resultLimit;
    this.config = config;
  }

  SearchPlan plan(Catalogue.Collection collection, Proxy.SearchRequest request) {
    Set<Long> partitions = PartitionScope.named(collection, request.partitions());
    OutputFields outputs = OutputFields.of(collection.schema(), request.outputFields());
    SearchOptions options = SearchOptions.of(request.parameters());
    return plan(collection, request, options, partitions, outputs, OptionalLong.empty());
  }

  /**
   * A part of a hybrid search.
   *
   * @param timestamp of the whole search
   * @param grouping of the whole search, put over the part's own
   */
  SearchPlan planPart(
      Catalogue.Collection collection,
      Proxy.SearchRequest request,
      Set<Long> partitions,
      Map<String, String> grouping,
      long timestamp) {
    Map<String, String> parameters = new HashMap<>(request.parameters());
    parameters.putAll(grouping);
    parameters.remove("offset");
    SearchOptions options = SearchOptions.of(parameters);
    if (options.flag("iterator") || options.flag("search_iter_v2")) {
      throw ElanusException.invalid("search iterator is not supported in hybrid search");
    }
    if (request.input() instanceof Proxy.SearchInput.StoredKeys) {
      throw ElanusException.invalid("search by ids is not supported in hybrid search");
    }
    if (options.has("order_by_fields")) {
      throw ElanusException.invalid("order_by is not supported for hybrid search");
    }
    OutputFields none = new OutputFields(List.of(), List.of());
    return plan(collection, request, options, partitions, none, OptionalLong.of(timestamp));
  }

  private SearchPlan plan(
      Catalogue.Collection collection,
      Proxy.SearchRequest request,
      SearchOptions options,
      Set<Long> partitions,
      OutputFields outputs,
      OptionalLong timestamp) {
    int queries = queries(request.input());
    checkQueries(queries);
    options.checkCollectionId(collection.id());
    options.checkHints();
    options.refuse("analyzer_name", "text search");
    Optional<IteratorPage> page = IteratorPage.of(options, queries, ties, config);
    if (page.isPresent() && request.input() instanceof Proxy.SearchInput.StoredKeys) {
      throw ElanusException.invalid("search by ids is not supported with search iterator");
    }
    int limit = options.limit(config.maxTopK());
    int offset = options.offset(limit, config.maxTopK());
    int roundDecimal = options.roundDecimal();
    boolean ignoreGrowing = options.flag("ignore_growing");
    FieldSchema field = annsField(collection, options);
    Optional<IndexCoord.Definition> index = cache.vectorIndex(collection.id(), field.id());
    Metric metric = metric(options, field, index);
    Reads.Range range = RangeOptions.of(options, metric);
    Optional<Reads.GroupBy> groupBy = GroupOptions.of(options, collection.schema(), config);
    checkGrouping(options, groupBy, field, range);
    Optional<SortOrder> order = SortOrder.of(options, collection.schema(), groupBy.isPresent());
    FilterPlan filter =
        FilterPlan.of(FilterPlan.QUERY, collection.schema(), request.filter(), request.templates());
    PartitionIsolation.check(collection, filter.filter());
    Optional<Column> vectors = givenVectors(field, request.input());
    QueryCoord.LoadState state = PartitionScope.requireLoaded(cache, collection, partitions);
    checkFields(state, field, outputs, filter, collection);
    Map<String, Value> parameters = parameters(options, metric, index);
    int k = page.map(IteratorPage::wanted).orElse(offset + limit);
    checkIndex(index, field, collection, k, parameters);
    resultLimit.checkSearch(
        collection,
        queries,
        (long) k * groupBy.map(Reads.GroupBy::size).orElse(1),
        outputs.fields());
    long at =
        timestamp.orElseGet(
            () -> readClock.timestamp(collection, request.level(), options.flag("iterator")));
    Reads.Scope scope =
        new Reads.Scope(
            at,
            PartitionScope.pruned(collection, PartitionScope.readable(state, partitions), filter),
            ReadClock.expiredBefore(collection, at),
            ignoreGrowing,
            collection.schema().version());
    StoredVectors.Found queryVectors =
        vectors
            .map(StoredVectors.Found::all)
            .orElseGet(() -> storedVectors.of(collection, field, request.input(), scope));
    Reads.Search search =
        new Reads.Search(
            scope,
            field.id(),
            metric,
            queryVectors.vectors(),
            Math.min(k, config.maxTopK()),
            parameters,
            filter.filter(),
            range,
            groupBy,
            page.flatMap(one -> one.after(metric)));
    List<String> channels = ReadChannels.of(collection, filter);
    return new SearchPlan(
        collection,
        search,
        channels,
        queryVectors.present(),
        limit,
        offset,
        roundDecimal,
        outputs,
        page,
        order);
  }

  private static int queries(Proxy.SearchInput input) {
    return switch (input) {
      case Proxy.SearchInput.Vectors vectors -> vectors.vectors().rows();
      case Proxy.SearchInput.StoredKeys stored -> stored.keys().size();
    };
  }

  private void checkQueries(int queries) {
    if (queries < 1 || queries > config.maxQueries()) {
      throw ElanusException.invalid(
          ("nq [%d] is invalid, nq (number of search vector per search request) should be in range"
                  + " [1, %d], but got %d")
              .formatted(queries, config.maxQueries(), queries));
    }
  }

  private static FieldSchema annsField(Catalogue.Collection collection, SearchOptions options) {
    Optional<String> name = options.text("anns_field");
    if (name.isEmpty()) {
      List<FieldSchema> vectors = collection.schema().vectorFields();
      if (vectors.size() > 1) {
        throw ElanusException.invalid(
            "multiple anns_fields exist, please specify a anns_field in search_params");
      }
      return vectors.getFirst();
    }
    FieldSchema field =
        collection
            .schema()
            .field(name.get())
            .orElseThrow(() ->
                ElanusException.invalid(
                    "failed to get field schema by name: fieldName(" + name.get() + ") not found"));
    if (!field.type().isVector()) {
      throw ElanusException.invalid(
          FilterPlan.QUERY + "field (" + field.name() + ") to search is not of vector data type");
    }
    return field;
  }

  private static Metric metric(
      SearchOptions options, FieldSchema field, Optional<IndexCoord.Definition> index) {
    Metric expected =
        index
            .flatMap(definition ->
                Metric.ofName(definition.parameters().getOrDefault("metric_type", "")))
            .orElseGet(() -> IndexParameters.defaultMetric(field.type()));
    Optional<String> given = options.text("metric_type");
    if (index.isPresent()
        && given.isPresent()
        && Metric.ofName(given.get()).filter(metric -> metric == expected).isEmpty()) {
      throw new ElanusException(ErrorCode.INVALID_PARAMETER, "metric type not match")
          .with("expected", expected)
          .with("actual", given.get());
    }
    return expected;
  }

  /** Those that the client gave and, of signatures, how wide their elements are. */
  private static Map<String, Value> parameters(
      SearchOptions options, Metric metric, Optional<IndexCoord.Definition> index) {
    Map<String, Value> parameters = new HashMap<>(options.indexParameters());
    if (options.flag(SearchParameters.ITERATOR)) {
      parameters.put(SearchParameters.ITERATOR, new Value.Bool(true));
    }
    if (metric == Metric.MHJACCARD) {
      parameters.remove(IndexSpec.ELEMENT_BITS);
      index
          .map(definition -> definition.parameters().get(IndexSpec.ELEMENT_BITS))
          .ifPresent(bits -> parameters.put(IndexSpec.ELEMENT_BITS, new Value.Text(bits)));
    }
    return parameters;
  }

  private static void checkGrouping(
      SearchOptions options,
      Optional<Reads.GroupBy> groupBy,
      FieldSchema field,
      Reads.Range range) {
    if (groupBy.isEmpty()) {
      return;
    }
    if (options.flag("iterator")) {
      throw ElanusException.invalid("Not allowed to do groupBy when doing iteration");
    }
    if (range.radius().isPresent()) {
      throw ElanusException.invalid("Not allowed to do range-search when doing search-group-by");
    }
    if (field.type() == DataType.BINARY_VECTOR) {
      throw ElanusException.invalid(
          "not support search_group_by operation based on binary vector column");
    }
  }

  private static Optional<Column> givenVectors(FieldSchema field, Proxy.SearchInput input) {
    return input instanceof Proxy.SearchInput.Vectors vectors
        ? Optional.of(QueryVectors.checked(field, vectors.vectors()))
        : Optional.empty();
  }

  private static void checkFields(
      QueryCoord.LoadState state,
      FieldSchema field,
      OutputFields outputs,
      FilterPlan filter,
      Catalogue.Collection collection) {
    PartitionScope.requireLoadedField(state, field);
    outputs.requireLoaded(state);
    filter.facts().fieldIds().stream()
        .flatMap(id -> collection.schema().field(id).stream())
        .forEach(read -> PartitionScope.requireLoadedField(state, read));
  }

  /** Parameters of the index are checked here, so that an empty collection refuses them too. */
  private static void checkIndex(
      Optional<IndexCoord.Definition> index,
      FieldSchema field,
      Catalogue.Collection collection,
      int k,
      Map<String, Value> parameters) {
    IndexCoord.Definition definition =
        index.orElseThrow(() ->
            new ElanusException(ErrorCode.INDEX_NOT_FOUND)
                .with("collection", collection.name())
                .with("field", field.name()));
    IndexSpec built =
        GpuIndexes.built(
            definition.parameters().getOrDefault("index_type", ""),
            Metric.NONE,
            field.type() == DataType.SPARSE_FLOAT_VECTOR ? 0 : field.dimension(),
            definition.parameters());
    Map<String, Object> plain = new HashMap<>();
    parameters.forEach((key, value) -> plain.put(key, value.plain()));
    SearchParameters.of(built.over(field.type()), k, plain);
  }
}
