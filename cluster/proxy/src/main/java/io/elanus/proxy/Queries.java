package io.elanus.proxy;

import io.elanus.expression.Filter;
import io.elanus.roles.Proxy;
import io.elanus.roles.Reads;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.KeyOrder;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Query: plan, ask the shards, merge in key order. */
final class Queries {
  private final SchemaRetry schemaRetry;
  private final QueryPlanner planner;
  private final Leaders leaders;
  private final ResultLimit resultLimit;

  Queries(SchemaRetry schemaRetry, QueryPlanner planner, Leaders leaders, ResultLimit resultLimit) {
    this.schemaRetry = schemaRetry;
    this.planner = planner;
    this.leaders = leaders;
    this.resultLimit = resultLimit;
  }

  Proxy.QueryAnswer query(Proxy.QueryRequest request) {
    return schemaRetry.run(
        request.database(),
        request.collection(),
        collection -> {
          QueryPlan plan = planner.plan(collection, request);
          return SchemaRetry.betweenRoles(() -> execute(plan));
        });
  }

  private Proxy.QueryAnswer execute(QueryPlan asked) {
    QueryPlan plan =
        asked.offset() > 0 && asked.outputs().fields().size() > 1 ? narrowed(asked) : asked;
    List<Reads.Found> found = leaders.query(plan.channels(), plan.query());
    long timestamp = plan.query().scope().timestamp();
    List<Proxy.Output> outputs = plan.countOnly() ? List.of(count(found)) : rows(plan, found);
    return new Proxy.QueryAnswer(plan.collection(), outputs, plan.outputs().names(), timestamp);
  }

  /**
   * For a page far into the answer the keys come first, and then only the page's rows. A random
   * sample cannot be drawn twice and is left as it is.
   */
  private QueryPlan narrowed(QueryPlan plan) {
    Reads.Query query = plan.query();
    if (query.filter() instanceof Filter.Sample) {
      return plan;
    }
    FieldSchema key = plan.collection().schema().primaryKey();
    Reads.Query keysOnly =
        new Reads.Query(
            query.scope(), query.filter(), plan.offset() + plan.limit(), false, List.of(key.id()));
    List<RowBatch> batches =
        leaders.query(plan.channels(), keysOnly).stream()
            .map(Reads.Found::rows)
            .filter(batch -> batch.rows() > 0)
            .toList();
    Order order = Order.of(plan, batches);
    List<Column> pieces = batches.stream().map(batch -> batch.get(key.id())).toList();
    Column column =
        pieces.isEmpty()
            ? ColumnBuilders.empty(key)
            : RowGather.scattered(pieces, order.batch, order.row, ColumnBuilder.of(key));
    Keys keys = new RowBatch(column.rows(), Map.of(key.id(), column)).keys(key.id());
    Filter page =
        new Filter.All(List.of(query.filter(), FilterPlan.keys(plan.collection().schema(), keys)));
    return new QueryPlan(
        plan.collection(),
        new Reads.Query(query.scope(), page, query.limit(), false, query.fields()),
        plan.channels(),
        0,
        plan.limit(),
        false,
        plan.outputs());
  }

  private static Proxy.Output count(List<Reads.Found> found) {
    long count = found.stream().mapToLong(Reads.Found::count).sum();
    FieldSchema field =
        new FieldSchema(
            0,
            "count(*)",
            "",
            DataType.INT64,
            Optional.empty(),
            false,
            false,
            false,
            false,
            false,
            false,
            Optional.empty(),
            Map.of());
    return new Proxy.Output(field, ColumnBuilders.count(count));
  }

  private List<Proxy.Output> rows(QueryPlan plan, List<Reads.Found> found) {
    List<RowBatch> batches =
        found.stream().map(Reads.Found::rows).filter(batch -> batch.rows() > 0).toList();
    long most = batches.stream().mapToLong(RowBatch::rows).max().orElse(0);
    resultLimit.checkRows(plan.outputs().fields(), most);
    resultLimit.checkBatches("query", batches);
    Order order = Order.of(plan, batches);
    List<Proxy.Output> outputs = new ArrayList<>();
    for (FieldSchema field : plan.outputs().fields()) {
      List<Column> pieces = batches.stream().map(batch -> batch.get(field.id())).toList();
      Column column =
          pieces.isEmpty()
              ? ColumnBuilders.empty(field)
              : RowGather.scattered(pieces, order.batch, order.row, ColumnBuilder.of(field));
      outputs.add(new Proxy.Output(field, column));
    }
    return outputs;
  }

  /** Which row of which batch comes where. */
  private record Order(int[] batch, int[] row) {
    static Order of(QueryPlan plan, List<RowBatch> batches) {
      CollectionSchema schema = plan.collection().schema();
      List<Keys> keys =
          batches.stream().map(batch -> batch.keys(schema.primaryKey().id())).toList();
      int all = batches.stream().mapToInt(RowBatch::rows).sum();
      long skip = Math.min(plan.offset(), all);
      int kept = (int) (plan.limit() < 0 ? all - skip : Math.min(plan.limit(), all - skip));
      int[] batch = new int[kept];
      int[] row = new int[kept];
      int[] heads = new int[batches.size()];
      for (int i = 0; i < skip + kept; i++) {
        int least = least(keys, heads);
        if (i >= skip) {
          batch[(int) (i - skip)] = least;
          row[(int) (i - skip)] = heads[least];
        }
        heads[least]++;
      }
      return new Order(batch, row);
    }

    private static int least(List<Keys> keys, int[] heads) {
      int least = -1;
      for (int p = 0; p < heads.length; p++) {
        boolean left = heads[p] < keys.get(p).size();
        if (left
            && (least < 0
                || KeyOrder.compare(keys.get(p), heads[p], keys.get(least), heads[least]) < 0)) {
          least = p;
        }
      }
      return least;
    }
  }
}
