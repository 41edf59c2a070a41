package io.elanus.proxy;

import io.elanus.roles.Directory;
import io.elanus.roles.FanOut;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;

/** Sends one request's writes to the owners of its shards, side by side. */
final class ShardWriter {
  private final Directory directory;
  private final FanOut fanOut;
  private final Clock clock;
  private final ProxyConfig config;

  ShardWriter(Directory directory, FanOut fanOut, Clock clock, ProxyConfig config) {
    this.directory = directory;
    this.fanOut = fanOut;
    this.clock = clock;
    this.config = config;
  }

  /** The largest timestamp; empty when a key of a partial update changed meanwhile. */
  OptionalLong write(List<StreamingNode.Write> writes) {
    List<OptionalLong> written = fanOut.each(writes, this::writeShard);
    long largest = 0;
    for (OptionalLong timestamp : written) {
      if (timestamp.isEmpty()) {
        return OptionalLong.empty();
      }
      largest = Math.max(largest, timestamp.getAsLong());
    }
    return OptionalLong.of(largest);
  }

  /**
   * A moved channel is asked again, and so is one whose owner did not answer, with the same request
   * id: owners answer a write that was already carried out as it was the first time.
   */
  private OptionalLong writeShard(StreamingNode.Write write) {
    Patience patience = new Patience(clock, config.retryFor());
    while (true) {
      ElanusException failure;
      try {
        switch (directory.ownerOf(write.channel()).write(write)) {
          case StreamingNode.Written written -> {
            return OptionalLong.of(written.timestamp());
          }
          case StreamingNode.Stale stale -> {
            return OptionalLong.empty();
          }
          case StreamingNode.ChannelMoved moved ->
              failure =
                  new ElanusException(ErrorCode.CHANNEL_NOT_AVAILABLE)
                      .with("channel", write.channel());
        }
      } catch (ElanusException e) {
        if (!Patience.passing(e.code())) {
          throw e;
        }
        failure = e;
      }
      patience.pauseOr(failure, write.channel());
    }
  }
}
