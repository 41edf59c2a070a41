package io.elanus.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.servers.EtcdServer;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What the tests of this room share. */
final class EtcdTests {
  private EtcdTests() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(Versioned versioned) {
    return new String(versioned.value(), StandardCharsets.UTF_8);
  }

  static long put(MetadataStore store, String key, String value) {
    return committed(store.commit(Transaction.builder().put(key, bytes(value)).build()));
  }

  static long committed(CommitResult result) {
    assertThat(result).isInstanceOf(CommitResult.Committed.class);
    return ((CommitResult.Committed) result).revision();
  }

  static void await(Duration most, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("nanoseconds too late").isNegative();
      Thread.sleep(2);
    }
  }

  /** Talks to a server behind the store's back. */
  interface Question<T> {
    T ask(ManagedChannel channel) throws Exception;
  }

  static <T> T ask(EtcdServer server, Question<T> question) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + server.endpoint()).usePlaintext().build();
    try {
      return question.ask(channel);
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  /** Has the server forget all revisions before the present one. */
  static void compact(EtcdServer server) throws Exception {
    ask(
        server,
        channel -> {
          var kv = KVGrpc.newBlockingV2Stub(channel);
          var anything = RangeRequest.newBuilder().setKey(EtcdKeys.ascii("x")).build();
          long now = kv.range(anything).getHeader().getRevision();
          return kv.compact(
              CompactionRequest.newBuilder().setRevision(now).setPhysical(true).build());
        });
  }

  /** Keys that etcd has below a prefix, hidden ones included. */
  static long countKeys(EtcdServer server, String prefix) throws Exception {
    return ask(
        server,
        channel ->
            KVGrpc.newBlockingV2Stub(channel)
                .range(
                    RangeRequest.newBuilder()
                        .setKey(EtcdKeys.ascii(prefix))
                        .setRangeEnd(EtcdKeys.ascii(prefix + "~"))
                        .setCountOnly(true)
                        .build())
                .getCount());
  }
}
