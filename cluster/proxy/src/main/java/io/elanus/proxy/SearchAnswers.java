package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.Reads;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Puts winners and their fields together into an answer. */
final class SearchAnswers {
  private final WinnerFetch winnerFetch;
  private final ResultLimit resultLimit;

  SearchAnswers(WinnerFetch winnerFetch, ResultLimit resultLimit) {
    this.winnerFetch = winnerFetch;
    this.resultLimit = resultLimit;
  }

  /** Winners in another order, by fields fetched for it. */
  Winners sorted(Winners winners, SearchPlan plan, SortOrder order) {
    FieldSchema key = plan.collection().schema().primaryKey();
    Set<FieldSchema> fields = new LinkedHashSet<>();
    order.keys().stream()
        .map(SortOrder.Key::field)
        .filter(f -> !f.primaryKey())
        .forEach(fields::add);
    Map<Long, Column> columns =
        winnerFetch.columns(
            winners, plan.channels(), plan.search().scope(), new ArrayList<>(fields));
    columns.put(key.id(), keyColumn(winners, key));
    var comparator =
        order.comparator(i -> Objects.requireNonNull(columns.get(order.fieldIds().get(i))));
    List<Integer> hits = new ArrayList<>();
    int start = 0;
    for (int count : winners.counts()) {
      List<Integer> one = new ArrayList<>();
      for (int i = start; i < start + count; i++) {
        one.add(i);
      }
      one.sort(comparator);
      hits.addAll(one);
      start += count;
    }
    return winners.reordered(hits.stream().mapToInt(Integer::intValue).toArray());
  }

  Proxy.SearchAnswer answer(
      Catalogue.Collection collection,
      Winners winners,
      List<String> channels,
      Reads.Scope scope,
      OutputFields outputs,
      Optional<Reads.GroupBy> groupBy,
      Optional<Proxy.IteratorState> iterator) {
    FieldSchema key = collection.schema().primaryKey();
    Keys keys = winners.keys(key.type() == DataType.INT64);
    resultLimit.checkKeys(keys);
    List<FieldSchema> fetched =
        outputs.fields().stream().filter(field -> !field.primaryKey()).toList();
    Map<Long, Column> columns = winnerFetch.columns(winners, channels, scope, fetched);
    List<Proxy.Output> results = new ArrayList<>();
    for (FieldSchema field : outputs.fields()) {
      Column column = field.primaryKey() ? keyColumn(winners, key) : columns.get(field.id());
      results.add(new Proxy.Output(field, Objects.requireNonNull(column)));
    }
    return new Proxy.SearchAnswer(
        collection,
        winners.counts(),
        keys,
        winners.scores(),
        results,
        outputs.names(),
        groupBy.map(group -> groupColumn(collection, winners, group)),
        iterator,
        winners.considered(),
        scope.timestamp());
  }

  private static Column keyColumn(Winners winners, FieldSchema key) {
    Keys keys = winners.keys(key.type() == DataType.INT64);
    return ColumnBuilders.keys(keys);
  }

  private static Proxy.Output groupColumn(
      Catalogue.Collection collection, Winners winners, Reads.GroupBy groupBy) {
    FieldSchema field = collection.schema().field(groupBy.fieldId()).orElseThrow();
    List<Column> pieces =
        winners.pieces().stream().flatMap(hits -> hits.groups().stream()).toList();
    ColumnBuilder builder =
        pieces.isEmpty() ? ColumnBuilder.of(field) : ColumnBuilder.like(pieces.getFirst());
    for (int i = 0; i < winners.size(); i++) {
      builder.add(
          GroupMerge.value(winners.pieces().get(winners.piece()[i]), winners.row()[i])
              .orElse(null));
    }
    return new Proxy.Output(field, builder.build());
  }
}
