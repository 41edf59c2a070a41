package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Background;
import io.elanus.roles.Directory;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Calls to streaming nodes that are waited for as long as the node is there, and not for ever: a
 * channel must not wait for a node that has died in the middle of a call, nor a coordinator that
 * ends for one that lives.
 */
final class NodeCalls implements AutoCloseable {
  private static final long LOOK_MILLIS = 50;
  private static final int MOST_LOOKS = 600;

  private final Directory directory;
  private final Background background;
  private final CountDownLatch closing = new CountDownLatch(1);

  NodeCalls(Directory directory, Background background) {
    this.directory = directory;
    this.background = background;
  }

  /** As {@link #ask}, without an answer. */
  void call(long nodeId, Consumer<StreamingNode> work) {
    ask(
        nodeId,
        node -> {
          work.accept(node);
          return true;
        });
  }

  /**
   * Returns when the node has done it, with its answer.
   *
   * @throws ElanusException the node's own; CHANNEL_NOT_AVAILABLE when it is not there, or goes;
   *     TIMEOUT after half a minute, when it may still be at it
   * @throws CancellationException after {@link #close}, or when the process ends
   */
  <T> T ask(long nodeId, Function<StreamingNode, T> work) {
    StreamingNode node = directory.streamingNodes().get(nodeId);
    if (node == null) {
      throw gone(nodeId);
    }
    CompletableFuture<T> done = new CompletableFuture<>();
    if (closing.getCount() == 0 || !background.run(() -> run(node, work, done))) {
      throw new CancellationException("the coordinator ends");
    }
    return await(done, nodeId);
  }

  private static <T> void run(
      StreamingNode node, Function<StreamingNode, T> work, CompletableFuture<T> done) {
    try {
      done.complete(work.apply(node));
    } catch (RuntimeException | Error failed) {
      done.completeExceptionally(failed);
    }
  }

  private <T> T await(CompletableFuture<T> done, long nodeId) {
    for (int look = 0; look < MOST_LOOKS; look++) {
      try {
        return done.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        if (closing.getCount() == 0) {
          throw new CancellationException("the coordinator ends");
        }
        if (!directory.streamingNodes().containsKey(nodeId)) {
          throw gone(nodeId);
        }
      } catch (ExecutionException failed) {
        throw failed.getCause() instanceof RuntimeException known
            ? known
            : new ElanusException(
                ErrorCode.UNEXPECTED, String.valueOf(failed.getCause()), failed.getCause());
      } catch (InterruptedException interrupted) {
        throw interrupted();
      }
    }
    throw new ElanusException(ErrorCode.TIMEOUT, "a streaming node does not answer")
        .with("node", nodeId);
  }

  /** Waits a moment between two calls. */
  void pause() {
    try {
      if (closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new CancellationException("the coordinator ends");
      }
    } catch (InterruptedException interrupted) {
      throw interrupted();
    }
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("interrupted while waiting for a streaming node");
  }

  private static ElanusException gone(long nodeId) {
    return new ElanusException(ErrorCode.CHANNEL_NOT_AVAILABLE, "a streaming node is gone")
        .with("node", nodeId);
  }

  /** Who waits gives up; what nodes were told they go on with. */
  @Override
  public void close() {
    closing.countDown();
  }
}
