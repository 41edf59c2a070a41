package io.elanus.proxy;

import io.elanus.roles.Proxy;
import io.elanus.roles.Reads;
import io.elanus.schema.Metric;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Search: plan, ask the shards, merge, fetch the winners' fields. */
final class Searches {
  private final SchemaRetry schemaRetry;
  private final SearchPlanner planner;
  private final Leaders leaders;
  private final SearchAnswers answers;
  private final IteratorTies ties;

  Searches(
      SchemaRetry schemaRetry,
      SearchPlanner planner,
      Leaders leaders,
      SearchAnswers answers,
      IteratorTies ties) {
    this.schemaRetry = schemaRetry;
    this.planner = planner;
    this.leaders = leaders;
    this.answers = answers;
    this.ties = ties;
  }

  Proxy.SearchAnswer search(Proxy.SearchRequest request) {
    return schemaRetry.run(
        request.database(),
        request.collection(),
        collection -> {
          SearchPlan plan = planner.plan(collection, request);
          return SchemaRetry.betweenRoles(() -> execute(plan));
        });
  }

  private Proxy.SearchAnswer execute(SearchPlan plan) {
    List<Reads.Hits> pieces =
        plan.asked() == 0 ? List.of() : leaders.search(plan.channels(), plan.search());
    Winners found = merged(plan, pieces).spread(plan.present());
    if (plan.page().isPresent()) {
      return page(plan, plan.page().get(), found);
    }
    if (plan.order().isPresent()) {
      found = answers.sorted(found, plan, plan.order().get());
    }
    Winners winners =
        plan.groupBy().isPresent() ? found : found.window(plan.offset(), plan.limit());
    return answer(plan, winners, Optional.empty());
  }

  private static Winners merged(SearchPlan plan, List<Reads.Hits> pieces) {
    Metric metric = plan.search().metric();
    return plan.groupBy()
        .map(group ->
            GroupMerge.merge(
                pieces, plan.asked(), plan.offset(), plan.limit(), group.size(), metric))
        .orElseGet(() -> SearchMerge.merge(pieces, plan.asked(), plan.search().k(), metric));
  }

  private Proxy.SearchAnswer page(SearchPlan plan, IteratorPage page, Winners found) {
    Winners winners = unseen(found, page);
    float bound = page.boundOr(plan.search().metric());
    if (winners.size() > 0) {
      bound = winners.scores()[winners.size() - 1];
      Set<Object> tied = new HashSet<>();
      for (int i = winners.size() - 1; i >= 0 && winners.scores()[i] == bound; i--) {
        tied.add(winners.key(i));
      }
      ties.show(page.token(), bound, tied);
    }
    return answer(plan, winners, Optional.of(new Proxy.IteratorState(page.token(), bound)));
  }

  private static Winners unseen(Winners found, IteratorPage page) {
    Winners.Builder builder = new Winners.Builder(found.pieces(), page.batch());
    for (int i = 0; i < found.size() && builder.size() < page.batch(); i++) {
      if (!page.shown().contains(found.key(i))) {
        builder.add(found.piece()[i], found.row()[i], found.scores()[i]);
      }
    }
    return builder.build(new int[] {builder.size()});
  }

  private Proxy.SearchAnswer answer(
      SearchPlan plan, Winners winners, Optional<Proxy.IteratorState> iterator) {
    return answers.answer(
        plan.collection(),
        winners.rounded(plan.roundDecimal()),
        plan.channels(),
        plan.search().scope(),
        plan.outputs(),
        plan.groupBy(),
        iterator);
  }
}
