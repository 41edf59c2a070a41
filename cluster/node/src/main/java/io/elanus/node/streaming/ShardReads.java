package io.elanus.node.streaming;

import io.elanus.node.read.FoundMerge;
import io.elanus.node.read.HitsMerge;
import io.elanus.node.read.SegmentReads;
import io.elanus.node.streaming.ShardSnapshot.OnNode;
import io.elanus.roles.Directory;
import io.elanus.roles.FanOut;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.RowBatch;
import io.elanus.segment.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Reads of a shard: waits for the tick and the schema, takes a snapshot, asks growing segments and
 * query nodes side by side, and merges. A segment that was replaced meanwhile, or whose node went
 * away, makes the read start again with a new snapshot.
 */
final class ShardReads {
  /** A row that was found and is gone: dropped, or on its way from one segment to another. */
  private static final int ROW_ATTEMPTS = 5;

  private final SealedNodes nodes;
  private final SchemaLag lag;
  private final SegmentReads segments;
  private final FanOut fanOut;
  private final Retention retention;

  /**
   * @param segments runs reads of growing segments on the pool for arithmetic
   * @param fanOut runs calls to further query nodes; virtual threads
   */
  ShardReads(
      Directory directory,
      Unreached unreached,
      SchemaLag lag,
      SegmentReads segments,
      ExecutorService fanOut,
      Retention retention) {
    this.nodes = new SealedNodes(directory, unreached);
    this.lag = lag;
    this.segments = segments;
    this.fanOut = new FanOut(fanOut);
    this.retention = retention;
  }

  Reads.Hits search(ShardKeeper keeper, Shard shard, Reads.Search search) {
    return read(keeper, shard, search.scope(), snapshot -> search(snapshot, search));
  }

  Reads.Found query(ShardKeeper keeper, Shard shard, Reads.Query query) {
    return read(keeper, shard, query.scope(), snapshot -> query(shard, snapshot, query));
  }

  RowBatch fetch(ShardKeeper keeper, Shard shard, Reads.Fetch fetch) {
    for (int attempt = 1; attempt <= ROW_ATTEMPTS; attempt++) {
      Optional<RowBatch> rows =
          read(
              keeper,
              shard,
              fetch.scope(),
              snapshot ->
                  new RowFetch(nodes, segments, shard, snapshot, fetch)
                      .run(query -> query(shard, shard.snapshot(), query)));
      if (rows.isPresent()) {
        return rows.get();
      }
    }
    throw new ElanusException(ErrorCode.SEGMENT_NOT_FOUND, "a row that was found is gone")
        .with("channel", shard.channel());
  }

  private <T> T read(
      ShardKeeper keeper, Shard shard, Reads.Scope scope, Function<ShardSnapshot, T> task) {
    retention.check(scope.timestamp());
    await(keeper, scope.timestamp());
    lag.adoptForRead(keeper, shard, scope.latestSchemaVersion());
    ReadPatience patience =
        shard.snapshot().view().filter(Segments.View::others).isPresent()
            ? ReadPatience.amongOthers()
            : new ReadPatience();
    while (true) {
      ShardSnapshot snapshot = shard.snapshot();
      check(keeper, shard, snapshot);
      if (snapshot.sealed().size() > 1) {
        Waits.begin(); // for query nodes
      }
      ElanusException failure;
      if (shard.unsure()) {
        failure = missed(keeper, shard);
      } else {
        try {
          return task.apply(snapshot);
        } catch (ElanusException failed) {
          if (failed.code() != ErrorCode.SEGMENT_NOT_FOUND) {
            throw failed;
          }
          failure = failed;
        }
      }
      patience.pauseOr(failure);
    }
  }

  private static void await(ShardKeeper keeper, long timestamp) {
    try {
      keeper.awaitTick(timestamp);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  private static void check(ShardKeeper keeper, Shard shard, ShardSnapshot snapshot) {
    keeper.checkReadable();
    if (snapshot.view().isEmpty()) {
      throw new ElanusException(ErrorCode.COLLECTION_NOT_LOADED)
          .with("collection", shard.collectionId());
    }
  }

  private static ElanusException missed(ShardKeeper keeper, Shard shard) {
    keeper.redeliver(shard);
    return new ElanusException(
            ErrorCode.CHANNEL_NOT_AVAILABLE, "a query node of the shard missed deletes")
        .with("channel", shard.channel());
  }

  private static ElanusException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ElanusException(ErrorCode.CANCELLED, "the read was interrupted", cause);
  }

  private Reads.Hits search(ShardSnapshot snapshot, Reads.Search asked) {
    Reads.Scope scope = EffectiveScope.of(snapshot, asked.scope());
    Reads.Search search = scope == asked.scope() ? asked : asked.within(scope);
    List<Segment> local = EffectiveScope.growing(snapshot, scope);
    List<Reads.Hits> parts =
        FanOut.awaitAll(
            segments.begin(
                local,
                search,
                () -> begin(snapshot.sealed(), (node, ids) -> node.search(ids, search))));
    return parts.isEmpty()
        ? HitsMerge.none(search.queries().rows())
        : HitsMerge.merge(
            search.metric(), search.queries().rows(), search.k(), search.groupBy(), parts);
  }

  private Reads.Found query(Shard shard, ShardSnapshot snapshot, Reads.Query asked) {
    Reads.Scope scope = EffectiveScope.of(snapshot, asked.scope());
    Reads.Query query = scope == asked.scope() ? asked : asked.within(scope);
    List<Segment> local = EffectiveScope.growing(snapshot, scope);
    List<Future<Reads.Found>> begun = new ArrayList<>();
    if (!local.isEmpty()) {
      begun.add(
          begin(snapshot.sealed().isEmpty(), () -> segments.query(local, query, shard.schema())));
    }
    begun.addAll(begin(snapshot.sealed(), (node, ids) -> node.query(ids, query)));
    List<Reads.Found> parts = FanOut.awaitAll(begun);
    return parts.isEmpty()
        ? new Reads.Found(0, RowBatch.empty())
        : FoundMerge.merge(
            parts, query.limit(), query.countOnly(), shard.schema().primaryKey().id());
  }

  private interface Ask<T> {
    T of(QueryNode node, List<Long> segments);
  }

  /**
   * The parts of the query nodes, of which the last one is asked by this thread, which would only
   * wait otherwise.
   */
  private <T> List<Future<T>> begin(List<OnNode> sealed, Ask<T> ask) {
    List<Future<T>> parts = new ArrayList<>(sealed.size());
    for (int i = 0; i < sealed.size(); i++) {
      OnNode placed = sealed.get(i);
      parts.add(
          begin(
              i == sealed.size() - 1,
              () -> nodes.ask(placed.node(), node -> ask.of(node, placed.segments()))));
    }
    return parts;
  }

  private <T> Future<T> begin(boolean last, Callable<T> task) {
    return last ? FanOut.here(task) : fanOut.begin(task);
  }
}
