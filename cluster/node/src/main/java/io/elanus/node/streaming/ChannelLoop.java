package io.elanus.node.streaming;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that changes a physical channel and its shards: it takes everything queued, writes
 * as groups, commands between them. While a group is forced the queue fills: that is group commit.
 * When the ownership ends, what is queued is refused, and so is what comes later.
 *
 * <p>The loop asks no coordinator for anything but timestamps and ids, so that a coordinator may
 * wait for it.
 */
final class ChannelLoop {
  private static final long WAKE_UP_MILLIS = 20;

  sealed interface Message permits WriteRequest, Command {}

  /** Something to do between two groups of writes. */
  record Command(Runnable task, Runnable abandon) implements Message {
    private static final Command NOTHING = new Command(() -> {}, () -> {});
  }

  /** Makes writes durable and visible, and answers them. */
  interface Writer {
    /**
     * @param idle whether nothing waits behind the group
     */
    void write(List<WriteRequest> group, BooleanSupplier idle);
  }

  private final Ownership ownership;
  private final MemoryBudget budget;
  private final StreamingConfig.Appends limits;
  private final BlockingQueue<Message> queue;
  private @Nullable Thread thread;

  /** The writes that the loop took from the queue last. */
  private List<WriteRequest> taken = List.of();

  /**
   * @param budget gets back what writes that are refused were charged
   */
  ChannelLoop(Ownership ownership, MemoryBudget budget, StreamingConfig.Appends limits) {
    this.ownership = ownership;
    this.budget = budget;
    this.limits = limits;
    this.queue = new ArrayBlockingQueue<>(limits.queuedRequests());
  }

  /**
   * @param first the first task
   */
  void start(Writer writer, Runnable first) {
    queue.add(new Command(first, () -> {}));
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("channel-" + ownership.physicalChannel())
            .start(() -> run(writer));
  }

  /** Ends the loop after the group it is at; what is queued is refused. */
  void stop() throws InterruptedException {
    ownership.end();
    Thread running = thread;
    while (running != null && running.isAlive()) {
      // again and again: a caller that finds the channel stopped empties the queue, wake-up
      // included
      queue.offer(Command.NOTHING);
      running.join(WAKE_UP_MILLIS);
    }
  }

  /** Queues a write; its memory is charged already. */
  void submit(WriteRequest request) {
    if (!ownership.held() || !queue.offer(request)) {
      if (ownership.moved()) {
        request.moved(budget);
        return;
      }
      request.free(budget);
      throw ownership.held() ? full() : ownership.unavailable();
    }
    if (!ownership.held()) {
      refuseQueued();
    }
  }

  private ElanusException full() {
    return new ElanusException(ErrorCode.QUEUE_FULL, "too many writes wait for the channel")
        .with("channel", ownership.physicalChannel())
        .with("limit", limits.queuedRequests());
  }

  /** Runs a task between groups of writes, and answers what it answers. */
  <T> CompletableFuture<T> ask(Supplier<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Command command = command(task, answer);
    if (!ownership.held()) {
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
    if (!ownership.held()) {
      refuseQueued();
    }
    return answer;
  }

  /** Runs a task between groups of writes, unless the queue is full; does not wait. */
  void suggest(Runnable task) {
    if (ownership.held()) {
      queue.offer(
          command(
              () -> {
                task.run();
                return true;
              },
              new CompletableFuture<>()));
    }
  }

  private <T> Command command(Supplier<T> task, CompletableFuture<T> answer) {
    return new Command(
        () -> complete(answer, task), () -> answer.completeExceptionally(ownership.unavailable()));
  }

  private static <T> void complete(CompletableFuture<T> answer, Supplier<T> task) {
    try {
      answer.complete(task.get());
    } catch (RuntimeException | Error failed) {
      answer.completeExceptionally(failed);
    }
  }

  private void run(Writer writer) {
    try {
      while (ownership.held()) {
        switch (queue.take()) {
          case Command command -> command.task().run();
          case WriteRequest request -> {
            taken = gather(request);
            writer.write(taken, queue::isEmpty);
          }
        }
      }
    } catch (InterruptedException interrupted) {
      ownership.end();
    } catch (RuntimeException | Error bug) {
      ownership.loopFailed(bug);
      taken.forEach(request -> request.refuse(ownership.unavailable(), budget));
    } finally {
      refuseQueued();
    }
  }

  /** The writes that wait, up to the bytes of a group; a command ends the group. */
  private List<WriteRequest> gather(WriteRequest first) {
    List<WriteRequest> group = new ArrayList<>();
    group.add(first);
    long bytes = first.bytes();
    while (bytes < limits.groupBytes() && queue.peek() instanceof WriteRequest) {
      if (queue.poll() instanceof WriteRequest next) {
        group.add(next);
        bytes += next.bytes();
      }
    }
    return group;
  }

  private void refuseQueued() {
    for (Message left = queue.poll(); left != null; left = queue.poll()) {
      switch (left) {
        case Command command -> command.abandon().run();
        case WriteRequest request -> {
          if (ownership.moved()) {
            request.moved(budget);
          } else {
            request.refuse(ownership.unavailable(), budget);
          }
        }
      }
    }
  }
}
