package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.node.streaming.ChannelLog.Placed;
import io.elanus.roles.StreamingNode.ChannelMoved;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.segment.SegmentIdentity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The owner of one physical channel: a loop, on a thread of its own, that takes everything queued,
 * appends it with one force, applies it, and only then advances the tick and acknowledges. While a
 * force runs the queue fills: that is group commit. Whatever changes a shard runs in this loop.
 *
 * <p>The loop asks no coordinator for anything but timestamps and ids, so that a coordinator may
 * wait for it.
 */
final class ChannelOwner {
  private static final System.Logger LOG = System.getLogger(ChannelOwner.class.getName());
  private static final long WAKE_UP_MILLIS = 20;

  sealed interface Message permits WriteRequest, Command {}

  /** Something to do between two groups of writes. */
  record Command(Runnable task, Runnable abandon) implements Message {}

  private enum State {
    RUNNING,
    /** A newer epoch owns the log. */
    MOVED,
    /** What is in memory may lag behind what is durable; only a new owner can tell. */
    POISONED,
    STOPPED
  }

  private final String physicalChannel;
  private final long epoch;
  private final ChannelLog log;
  private final StreamingConfig config;
  private final Oracle oracle;
  private final MemoryBudget budget;
  private final DeleteForwarder forwarder;
  private final GraphUpkeep graphs;
  private final ShardCommands commands;
  private final ReadGate gate;
  private final RequestMemory requests;
  private final BlockingQueue<Message> queue;
  private final Map<String, Shard> shards = new ConcurrentHashMap<>();
  private final Drops drops = new Drops();
  private final Set<Shard> unflushed = new LinkedHashSet<>();
  private final Flusher flusher;
  private volatile State state = State.RUNNING;

  /** Why the last append failed, if it did. */
  private volatile @Nullable ElanusException appendFailure;

  private @Nullable Thread loop;

  ChannelOwner(Parts parts) {
    physicalChannel = parts.physicalChannel();
    epoch = parts.epoch();
    log = parts.log();
    config = parts.config();
    oracle = parts.oracle();
    budget = parts.budget();
    forwarder = parts.forwarder();
    graphs = parts.graphs();
    commands = new ShardCommands(this, forwarder);
    requests = parts.requests();
    gate = new ReadGate(oracle, config.reach().future());
    queue = new ArrayBlockingQueue<>(config.appends().queuedRequests());
    parts.shards().forEach(shard -> shards.put(shard.channel(), shard));
    unflushed.addAll(parts.shards());
    flusher = new Flusher(this, parts.flushing(), parts.checkpoint());
  }

  /** What recovery hands over. */
  record Parts(
      String physicalChannel,
      long epoch,
      long checkpoint,
      ChannelLog log,
      List<Shard> shards,
      RequestMemory requests,
      StreamingConfig config,
      Oracle oracle,
      MemoryBudget budget,
      DeleteForwarder forwarder,
      GraphUpkeep graphs,
      Flusher.Tools flushing) {}

  String physicalChannel() {
    return physicalChannel;
  }

  long epoch() {
    return epoch;
  }

  ReadGate gate() {
    return gate;
  }

  Oracle oracle() {
    return oracle;
  }

  MemoryBudget budget() {
    return budget;
  }

  RequestMemory requests() {
    return requests;
  }

  ChannelLog log() {
    return log;
  }

  StreamingConfig config() {
    return config;
  }

  Flusher flusher() {
    return flusher;
  }

  GraphUpkeep graphs() {
    return graphs;
  }

  /** Loop only: shards that may hold rows or deletes which are in no published file. */
  Iterable<Shard> unflushedShards() {
    return unflushed;
  }

  /** Loop only. */
  void touched(Shard shard) {
    unflushed.add(shard);
  }

  /** Loop only: forgets shards that hold nothing unflushed any more. */
  void tidy() {
    unflushed.removeIf(
        shard -> shard.unflushed().isEmpty() && shard.deletes().unflushedKeys() == 0);
  }

  Optional<Shard> shard(String channel) {
    return Optional.ofNullable(shards.get(channel));
  }

  /** What is learnt from the catalogue is learnt through it, and every drop is told to it. */
  Drops drops() {
    return drops;
  }

  /** The shard, from now on; the one that is there already wins. */
  Shard install(Shard shard) {
    Shard before = shards.putIfAbsent(shard.channel(), shard);
    return before == null ? shard : before;
  }

  void forget(Shard shard) {
    shards.remove(shard.channel());
  }

  /** Begins the loop. */
  void start() {
    loop = Thread.ofPlatform().daemon().name("channel-" + physicalChannel).start(this::run);
    queue.add(new Command(flusher::consider, () -> {}));
  }

  /**
   * Ends the loop after what is queued, and frees the memory of growing rows once running reads
   * have ended; what comes later is refused.
   */
  void stop() throws InterruptedException {
    if (state == State.RUNNING) {
      state = State.STOPPED;
    }
    Thread running = loop;
    while (running != null && running.isAlive()) {
      // again and again: a caller that finds the channel stopped empties the queue, wake-up
      // included
      queue.offer(new Command(() -> {}, () -> {}));
      running.join(WAKE_UP_MILLIS);
    }
    flusher.stop();
    if (state == State.POISONED) {
      state = State.STOPPED;
    }
    shards.values().forEach(Shard::close);
  }

  /** Queues a write; its memory is charged already. */
  void submit(WriteRequest request) {
    if (state != State.RUNNING || !queue.offer(request)) {
      budget.release(request.bytes());
      if (state == State.MOVED) {
        request.outcome().complete(new ChannelMoved());
        return;
      }
      throw state == State.RUNNING ? full() : unavailable();
    }
    if (state != State.RUNNING) {
      refuseQueued();
    }
  }

  private ElanusException full() {
    return new ElanusException(ErrorCode.QUEUE_FULL, "too many writes wait for the channel")
        .with("channel", physicalChannel)
        .with("limit", config.appends().queuedRequests());
  }

  private ElanusException unavailable() {
    return new ElanusException(
            ErrorCode.CHANNEL_NOT_AVAILABLE,
            state == State.POISONED
                ? "the channel's log failed and must be opened anew"
                : "the channel is not owned here any more")
        .with("channel", physicalChannel);
  }

  /** What keeps the channel from its work, a sentence each. */
  List<String> ailments() {
    List<String> ailments = new ArrayList<>();
    ElanusException failed = appendFailure;
    if (state != State.RUNNING) {
      ailments.add(unavailable().getMessage());
    }
    if (failed != null) {
      ailments.add("channel " + physicalChannel + " cannot be written: " + failed.getMessage());
    }
    flusher
        .failure()
        .ifPresent(failure ->
            ailments.add(
                "rows of channel " + physicalChannel + " cannot be flushed: " + reason(failure)));
    return ailments;
  }

  private static String reason(Throwable failure) {
    return failure instanceof ElanusException known ? known.getMessage() : failure.toString();
  }

  /** A superseded owner knows only the past. */
  void checkReadable() {
    if (state == State.MOVED || state == State.STOPPED) {
      throw unavailable();
    }
  }

  /** Runs a task in the loop, between groups of writes, and answers what it answers. */
  <T> CompletableFuture<T> inLoop(Supplier<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Command command = command(task, answer);
    if (state != State.RUNNING) {
      command.abandon().run();
      return answer;
    }
    try {
      queue.put(command);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      answer.completeExceptionally(
          new ElanusException(ErrorCode.CANCELLED, "the call was interrupted", interrupted));
    }
    if (state != State.RUNNING) {
      refuseQueued();
    }
    return answer;
  }

  private <T> Command command(Supplier<T> task, CompletableFuture<T> answer) {
    return new Command(
        () -> complete(answer, task), () -> answer.completeExceptionally(unavailable()));
  }

  private static <T> void complete(CompletableFuture<T> answer, Supplier<T> task) {
    try {
      answer.complete(task.get());
    } catch (RuntimeException | Error failed) {
      answer.completeExceptionally(failed);
    }
  }

  private void run() {
    try {
      while (state == State.RUNNING) {
        step(queue.take());
      }
    } catch (InterruptedException interrupted) {
      state = State.STOPPED;
    } catch (RuntimeException | Error bug) {
      state = State.POISONED;
      LOG.log(ERROR, "the loop of channel " + physicalChannel + " failed", bug);
    } finally {
      refuseQueued();
    }
  }

  private void step(Message first) {
    switch (first) {
      case Command command -> command.task().run();
      case WriteRequest request -> writeGroup(gather(request));
    }
  }

  /** The writes that wait, up to the bytes of a group; a command ends the group. */
  private List<WriteRequest> gather(WriteRequest first) {
    List<WriteRequest> group = new ArrayList<>();
    group.add(first);
    long bytes = first.bytes();
    while (bytes < config.appends().groupBytes() && queue.peek() instanceof WriteRequest) {
      if (queue.poll() instanceof WriteRequest next) {
        group.add(next);
        bytes += next.bytes();
      }
    }
    return group;
  }

  private void writeGroup(List<WriteRequest> requestsOfGroup) {
    WriteGroup group = new WriteGroup(this, log.batch());
    gate.groupBegins();
    boolean written;
    try {
      written = write(group, requestsOfGroup);
    } finally {
      gate.groupApplied();
    }
    if (written) {
      group.acknowledge();
      flusher.consider();
      if (queue.isEmpty()) {
        group.makeRoom();
      }
    }
  }

  private boolean write(WriteGroup group, List<WriteRequest> requestsOfGroup) {
    try {
      long timestamp = oracle.timestamps(requestsOfGroup.size());
      for (WriteRequest request : requestsOfGroup) {
        group.add(request, timestamp++);
      }
    } catch (ElanusException noTimestamps) {
      requestsOfGroup.forEach(request -> refuse(request, noTimestamps));
      return false;
    }
    return group.batch().isEmpty() || append(group);
  }

  private boolean append(WriteGroup group) {
    try {
      Optional<Placed> placed = log.append(group.batch());
      if (placed.isEmpty()) {
        moved();
        group.answerAll(new ChannelMoved());
        return false;
      }
      appendFailure = null;
      group.apply(placed.get());
      return true;
    } catch (ElanusException failed) {
      judge(failed);
      group.fail(failed);
      return false;
    } catch (RuntimeException | Error bug) {
      ElanusException failed =
          new ElanusException(ErrorCode.UNEXPECTED, "a write could not be applied", bug);
      judge(failed);
      group.fail(failed);
      return false;
    }
  }

  /** Appends entries of a command; nothing of it happened when this throws. */
  Placed append(ChannelLog.Batch batch) {
    try {
      Optional<Placed> placed = log.append(batch);
      if (placed.isEmpty()) {
        moved();
        throw unavailable();
      }
      appendFailure = null;
      return placed.get();
    } catch (ElanusException failed) {
      judge(failed);
      throw failed;
    }
  }

  /** Only a full disk leaves log and memory agreeing. */
  private void judge(ElanusException failed) {
    appendFailure = failed;
    if (failed.code() != ErrorCode.DISK_LIMIT && state == State.RUNNING) {
      state = State.POISONED;
      LOG.log(ERROR, "writes to channel " + physicalChannel + " end: the log failed", failed);
    }
  }

  private void moved() {
    state = State.MOVED;
    LOG.log(WARNING, "channel {0} has a newer owner than epoch {1}", physicalChannel, epoch);
  }

  private void refuse(WriteRequest request, ElanusException error) {
    budget.release(request.bytes());
    request.outcome().completeExceptionally(error);
  }

  private void refuseQueued() {
    for (Message left = queue.poll(); left != null; left = queue.poll()) {
      switch (left) {
        case Command command -> command.abandon().run();
        case WriteRequest request -> {
          if (state == State.MOVED) {
            budget.release(request.bytes());
            request.outcome().complete(movedOutcome());
          } else {
            refuse(request, unavailable());
          }
        }
      }
    }
  }

  private static Outcome movedOutcome() {
    return new ChannelMoved();
  }

  /** Loop only: hides the keys in growing rows, and in sealed ones before the tick passes. */
  void delete(Shard shard, DeleteBuffer.Batch batch) {
    shard.delete(batch);
    forwarder.forward(shard, batch);
  }

  ShardCommands commands() {
    return commands;
  }

  /**
   * Asks the loop to tell query nodes what they missed. Does not wait: when the queue is full,
   * nothing is asked, and the next read of the shard asks again.
   */
  void redeliver(Shard shard) {
    if (state == State.RUNNING) {
      queue.offer(command(() -> commands.redeliver(shard), new CompletableFuture<>()));
    }
  }

  Growing newGrowing(Shard shard, long segment, long partition, CollectionSchema schema) {
    return new Growing(
        new SegmentIdentity(segment, shard.collectionId(), partition, shard.channel()),
        schema,
        budget);
  }
}
