package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.node.streaming.ShardSnapshot.OnNode;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.roles.QueryNode.Deletes;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Takes deletes to the query nodes that hold sealed segments of a shard's view, before the tick
 * passes. A node that cannot be told makes the shard unreadable until it was told, or is in the
 * view no more, rather than wrong; it holds writes up once, and for a short time.
 */
final class DeleteForwarder {
  /** Of a node; less than a lease, and longer than a busy machine keeps a node from answering. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  /** Of those that a node missed, or lacks for segments that join a view. */
  private static final int KEYS_OF_A_CALL = 1 << 16;

  private static final System.Logger LOG = System.getLogger(DeleteForwarder.class.getName());

  private final Directory directory;
  private final Unreached unreached;
  private final ExecutorService calls;

  /**
   * @param calls virtual threads
   */
  DeleteForwarder(Directory directory, Unreached unreached, ExecutorService calls) {
    this.directory = directory;
    this.unreached = unreached;
    this.calls = calls;
  }

  private record Sent(long node, Future<?> call) {}

  /** One write's deletes to every node of the current view. */
  void forward(Shard shard, DeleteBuffer.Batch batch) {
    MissedDeletes missed = shard.missed();
    List<Sent> sent = new ArrayList<>();
    for (OnNode placed : shard.snapshot().sealed()) {
      if (missed.by(placed.node()).isEmpty()) {
        begin(placed, batch, shard, sent);
      }
    }
    long deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
    for (Sent each : sent) {
      try {
        await(each, deadline);
      } catch (RuntimeException failed) {
        miss(shard, each.node(), batch, failed);
      }
    }
    redeliver(shard);
  }

  private void begin(OnNode placed, DeleteBuffer.Batch batch, Shard shard, List<Sent> sent) {
    try {
      sent.add(
          new Sent(placed.node(), calls.submit(() -> send(placed.node(), only(placed, batch)))));
    } catch (RejectedExecutionException stopping) {
      miss(shard, placed.node(), batch, stopping);
    }
  }

  private void miss(Shard shard, long node, DeleteBuffer.Batch batch, RuntimeException failed) {
    LOG.log(WARNING, "query node {0} missed deletes of {1}: {2}", node, shard.channel(), failed);
    tellUnreached(node, failed);
    shard.missed().miss(node, batch.timestamp());
    shard.deletes().keepFrom(shard.missed().from());
  }

  /** Buffered deletes to segments that join a view; throws when a node cannot be told. */
  void catchUp(OnNode placed, List<DeleteBuffer.Batch> batches) {
    for (Deletes deletes : together(placed.segments(), batches)) {
      try {
        Sent sent = new Sent(placed.node(), calls.submit(() -> send(placed.node(), deletes)));
        await(sent, System.nanoTime() + ANSWER_WITHIN.toNanos());
      } catch (RejectedExecutionException stopping) {
        throw new ElanusException(ErrorCode.UNAVAILABLE, "the process is stopping", stopping);
      }
    }
  }

  /** Few calls for many writes: the channel stands still meanwhile. */
  private static List<Deletes> together(List<Long> segments, List<DeleteBuffer.Batch> batches) {
    Map<Optional<Long>, List<DeleteBuffer.Batch>> byReach = new LinkedHashMap<>();
    for (DeleteBuffer.Batch batch : batches) {
      byReach.computeIfAbsent(batch.partition(), absent -> new ArrayList<>()).add(batch);
    }
    List<Deletes> calls = new ArrayList<>();
    byReach.forEach((partition, alike) -> {
      int from = 0;
      int keys = 0;
      for (int i = 0; i < alike.size(); i++) {
        keys += alike.get(i).keys().size();
        if (keys >= KEYS_OF_A_CALL || i == alike.size() - 1) {
          calls.add(joined(segments, alike.subList(from, i + 1), keys));
          from = i + 1;
          keys = 0;
        }
      }
    });
    return calls;
  }

  /** Of batches with the same reach. */
  private static Deletes joined(List<Long> segments, List<DeleteBuffer.Batch> alike, int keys) {
    long[] timestamps = new long[keys];
    int at = 0;
    for (DeleteBuffer.Batch batch : alike) {
      Arrays.fill(timestamps, at, at + batch.keys().size(), batch.timestamp());
      at += batch.keys().size();
    }
    boolean texts = alike.getFirst().keys() instanceof Keys.Texts;
    Keys joined = Keys.joined(alike.stream().map(DeleteBuffer.Batch::keys).toList(), texts);
    return new Deletes(segments, joined, timestamps, alike.getFirst().partition());
  }

  /** Tells query nodes of the view what they missed, if it is time to try. */
  void redeliver(Shard shard) {
    MissedDeletes missed = shard.missed();
    if (!missed.isDue()) {
      return;
    }
    List<OnNode> sealed = shard.snapshot().sealed();
    missed.retain(nodes(sealed));
    boolean failed = false;
    for (OnNode placed : sealed) {
      OptionalLong since = missed.by(placed.node());
      if (since.isPresent()) {
        failed |= !redeliver(shard, placed, since.getAsLong());
      }
    }
    if (failed) {
      missed.failedAgain();
    }
    shard.deletes().keepFrom(missed.from());
  }

  private boolean redeliver(Shard shard, OnNode placed, long since) {
    try {
      catchUp(placed, shard.deletes().after(since - 1));
      shard.missed().caughtUp(placed.node());
      return true;
    } catch (RuntimeException again) {
      LOG.log(DEBUG, "a query node still misses deletes of " + shard.channel(), again);
      tellUnreached(placed.node(), again);
      return false;
    }
  }

  /** One that is slow can be reached: its connection would break otherwise, a moment later. */
  private void tellUnreached(long node, RuntimeException failed) {
    if (failed instanceof ElanusException known && known.code() != ErrorCode.TIMEOUT) {
      unreached.tell(node);
    }
  }

  /** A view was made current: other nodes need not be told any more. */
  void viewSwitched(Shard shard) {
    shard.missed().retain(nodes(shard.snapshot().sealed()));
    redeliver(shard);
    shard.deletes().keepFrom(shard.missed().from());
  }

  private static Set<Long> nodes(List<OnNode> sealed) {
    return sealed.stream().map(OnNode::node).collect(Collectors.toSet());
  }

  private static void await(Sent sent, long deadlineNanos) {
    try {
      sent.call().get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Error bug) {
        throw bug;
      }
      throw failed.getCause() instanceof RuntimeException known
          ? known
          : new ElanusException(
              ErrorCode.UNEXPECTED, String.valueOf(failed.getCause()), failed.getCause());
    } catch (TimeoutException slow) {
      sent.call().cancel(true);
      throw new ElanusException(ErrorCode.TIMEOUT, "a query node does not answer to deletes", slow)
          .with("node", sent.node());
    } catch (InterruptedException interrupted) {
      sent.call().cancel(true);
      throw ChannelOwner.interrupted(interrupted);
    }
  }

  private static Deletes only(OnNode placed, DeleteBuffer.Batch batch) {
    return joined(placed.segments(), List.of(batch), batch.keys().size());
  }

  private void send(long id, Deletes deletes) {
    QueryNode node = directory.queryNodes().get(id);
    if (node == null) {
      throw new ElanusException(ErrorCode.NODE_NOT_FOUND, "a segment's query node is gone")
          .with("node", id);
    }
    node.delete(deletes);
  }
}
