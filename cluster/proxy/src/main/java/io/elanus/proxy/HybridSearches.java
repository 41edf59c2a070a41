package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.FanOut;
import io.elanus.roles.Proxy;
import io.elanus.roles.Reads;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Hybrid search: its parts side by side at one timestamp, fused, then the fields fetched once. */
final class HybridSearches {
  private static final int MAX_PARTS = 1024;

  private final SchemaRetry schemaRetry;
  private final SearchPlanner planner;
  private final Leaders leaders;
  private final FanOut fanOut;
  private final SearchAnswers answers;
  private final ReadClock readClock;
  private final ResultLimit resultLimit;
  private final ProxyConfig config;

  HybridSearches(
      SchemaRetry schemaRetry,
      SearchPlanner planner,
      Leaders leaders,
      FanOut fanOut,
      SearchAnswers answers,
      ReadClock readClock,
      ResultLimit resultLimit,
      ProxyConfig config) {
    this.schemaRetry = schemaRetry;
    this.planner = planner;
    this.leaders = leaders;
    this.fanOut = fanOut;
    this.answers = answers;
    this.readClock = readClock;
    this.resultLimit = resultLimit;
    this.config = config;
  }

  Proxy.SearchAnswer search(Proxy.HybridSearchRequest request) {
    return schemaRetry.run(
        request.database(), request.collection(), collection -> search(collection, request));
  }

  private Proxy.SearchAnswer search(
      Catalogue.Collection collection, Proxy.HybridSearchRequest request) {
    Set<Long> partitions = PartitionScope.named(collection, request.partitions());
    OutputFields outputs = OutputFields.of(collection.schema(), request.outputFields());
    if (request.requests().isEmpty()) {
      throw ElanusException.invalid("hybrid search needs at least one ann search request");
    }
    if (request.requests().size() > MAX_PARTS) {
      throw ElanusException.invalid("maximum of ann search requests is " + MAX_PARTS);
    }
    HybridOptions options =
        HybridOptions.of(request.rankParameters(), request.requests().size(), config);
    long timestamp = readClock.timestamp(collection, request.level(), false);
    List<SearchPlan> plans = new ArrayList<>();
    for (Proxy.SearchRequest part : request.requests()) {
      plans.add(planner.planPart(collection, part, partitions, options.grouping(), timestamp));
    }
    checkQueries(plans);
    Optional<Reads.GroupBy> groupBy = plans.getFirst().groupBy();
    long rows = (long) options.limit() * groupBy.map(Reads.GroupBy::size).orElse(1);
    resultLimit.checkSearch(collection, plans.getFirst().queries(), rows, outputs.fields());
    return SchemaRetry.betweenRoles(() -> execute(collection, plans, options, outputs, groupBy));
  }

  private static void checkQueries(List<SearchPlan> plans) {
    int queries = plans.getFirst().queries();
    if (plans.stream().anyMatch(plan -> plan.queries() != queries)) {
      throw ElanusException.invalid("sub search request nq should be the same");
    }
  }

  private Proxy.SearchAnswer execute(
      Catalogue.Collection collection,
      List<SearchPlan> plans,
      HybridOptions options,
      OutputFields outputs,
      Optional<Reads.GroupBy> groupBy) {
    List<Winners> parts = fanOut.each(plans, this::part);
    List<Metric> metrics = plans.stream().map(plan -> plan.search().metric()).toList();
    Winners fused = new HybridFusion(parts, metrics, options).fuse(groupBy);
    List<String> channels = plans.stream().flatMap(plan -> plan.channels().stream()).toList();
    return answers.answer(
        collection,
        fused.rounded(options.roundDecimal()),
        channels,
        plans.getFirst().search().scope(),
        outputs,
        groupBy,
        Optional.empty());
  }

  private Winners part(SearchPlan plan) {
    List<Reads.Hits> pieces = leaders.search(plan.channels(), plan.search());
    Metric metric = plan.search().metric();
    return plan.groupBy()
        .map(group -> GroupMerge.merge(pieces, plan.asked(), 0, plan.limit(), group.size(), metric))
        .orElseGet(() -> SearchMerge.merge(pieces, plan.asked(), plan.limit(), metric));
  }
}
