package io.elanus.node.streaming;

import io.elanus.roles.StreamingNode;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Tick;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The owner of one physical channel, put together from its parts: {@link Ownership} (may it be
 * spoken for), {@link HeldShards} (what is held), {@link ChannelLoop} (the thread that changes it),
 * {@link GroupCommit} (writes), {@link ShardCommands} (what happens between them), {@link Flusher}
 * (the way to files) and {@link ReadGate} (the tick).
 */
final class ChannelOwner implements ShardKeeper {
  private final Ownership ownership;
  private final HeldShards shards;
  private final Oracle oracle;
  private final ReadGate gate;
  private final ChannelLoop loop;
  private final FlushWork flushes;
  private final Flusher flusher;
  private final ShardCommands commands;
  private final GroupCommit writes;
  private final AppendRate rate = new AppendRate();
  private final ChannelLog log;
  private final MemoryBudget budget;
  private final Runnable inNeed;

  ChannelOwner(Parts parts) {
    StreamingConfig config = parts.config();
    oracle = parts.oracle();
    ownership = parts.ownership();
    log = parts.log();
    shards = new HeldShards(parts.shards());
    gate = new ReadGate(oracle, config.reach().future());
    loop = new ChannelLoop(ownership, parts.budget(), config.appends());
    Checkpoint checkpoint =
        new Checkpoint(log, shards, oracle, parts.requests(), parts.checkpoint());
    flushes = new FlushWork(ownership, loop, log, checkpoint, parts.flushing());
    flusher =
        new Flusher(
            shards,
            oracle,
            new Sealing(log, shards, oracle, parts.budget(), config),
            new AgeWatch(loop, shards, oracle, config.sealAt().age(), parts.alarm()),
            checkpoint,
            parts.budget(),
            flushes);
    budget = parts.budget();
    inNeed = () -> loop.suggest(flusher::giveWay);
    budget.whenInNeed(inNeed);
    commands =
        new ShardCommands(log, oracle, gate, shards, flusher, parts.forwarder(), parts.graphs());
    writes =
        new GroupCommit(
            log,
            ownership,
            gate,
            flusher,
            rate,
            new WriteGroup.Tools(
                oracle,
                parts.budget(),
                parts.requests(),
                shards,
                parts.forwarder(),
                parts.graphs()));
  }

  /** What recovery hands over, and what the channels of a node share. */
  record Parts(
      Ownership ownership,
      ChannelLog log,
      List<Shard> shards,
      RequestMemory requests,
      long checkpoint,
      StreamingConfig config,
      Oracle oracle,
      MemoryBudget budget,
      DeleteForwarder forwarder,
      GraphUpkeep graphs,
      FlushWork.Tools flushing,
      Alarm alarm) {}

  HeldShards shards() {
    return shards;
  }

  /** Where the log ends now. */
  long endPosition() {
    return log.endPosition();
  }

  void start() {
    loop.start(writes, flusher::consider);
  }

  /** Of the grant. */
  long epoch() {
    return ownership.epoch();
  }

  StreamingNode.Held describe() {
    List<Growing> growing = shards.growing();
    return new StreamingNode.Held(
        ownership.physicalChannel(),
        epoch(),
        endPosition(),
        growing.stream().mapToLong(Growing::minTimestamp).min().orElse(0),
        growing.size(),
        growing.stream().mapToLong(Growing::rows).sum(),
        growing.stream().mapToLong(Growing::bytes).sum(),
        rate.rowsPerSecond(),
        rate.bytesPerSecond());
  }

  /** Whether it takes writes. */
  boolean isWell() {
    return ownership.held();
  }

  /** As {@link #stop}, after what is queued now; later writes are another owner's. */
  void leave() throws InterruptedException {
    CompletableFuture<Boolean> reached =
        loop.ask(() -> {
          ownership.leave();
          return true;
        });
    try {
      reached.get();
    } catch (ExecutionException failed) {
      // the loop has ended before
    }
    stop();
  }

  /** Bytes of log to replay, which flushes in the background make less; 0 when nothing would. */
  long lighten() {
    return isWell() ? ask(ShardCommands::lighten) : 0;
  }

  /**
   * Ends the loop, refuses what is queued, and frees the memory of growing rows once running reads
   * have ended; what comes later is refused.
   */
  void stop() throws InterruptedException {
    budget.forget(inNeed);
    loop.stop();
    flushes.stop();
    ownership.close();
    shards.close();
  }

  /** What keeps the channel from its work, a sentence each. */
  List<String> ailments() {
    List<String> ailments = new ArrayList<>(ownership.ailments());
    flushes
        .failure()
        .ifPresent(failure ->
            ailments.add(
                "rows of channel "
                    + ownership.physicalChannel()
                    + " cannot be flushed: "
                    + reason(failure)));
    return ailments;
  }

  private static String reason(Throwable failure) {
    return failure instanceof ElanusException known ? known.getMessage() : failure.toString();
  }

  /** Writes, and waits for the outcome. The request's memory is charged already. */
  Outcome write(WriteRequest request) {
    loop.submit(request);
    return await(request.outcome());
  }

  /** Runs a command between groups of writes, and waits for its answer. */
  <T> T ask(Function<ShardCommands, T> command) {
    return await(loop.ask(() -> command.apply(commands)));
  }

  /** Returns when no publication of a flush that began before is under way. */
  void awaitPublication() {
    flushes.awaitPublication();
  }

  @Override
  public void awaitTick(long readTimestamp) throws InterruptedException {
    gate.await(readTimestamp);
  }

  /** See {@link StreamingNode#tick}; later writes are larger than what the oracle gave so far. */
  Tick tick(long timestamp) throws InterruptedException {
    flushes.followed();
    long reached = Math.max(timestamp, oracle.seen());
    gate.await(reached);
    ownership.checkReadable();
    return new Tick(reached, log.endPosition());
  }

  @Override
  public void checkReadable() {
    ownership.checkReadable();
  }

  @Override
  public void adopt(Shard shard, CollectionSchema schema) {
    ask(shardCommands -> shardCommands.changeSchema(shard, schema));
  }

  /**
   * Asks the loop to tell query nodes what they missed. Does not wait: when the queue is full,
   * nothing is asked, and the next read of the shard asks again.
   */
  @Override
  public void redeliver(Shard shard) {
    loop.suggest(() -> commands.redeliver(shard));
  }

  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ElanusException known) {
        throw known;
      }
      throw new ElanusException(
          ErrorCode.UNEXPECTED, String.valueOf(failed.getCause()), failed.getCause());
    }
  }

  static ElanusException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ElanusException(ErrorCode.CANCELLED, "the call was interrupted", cause);
  }
}
