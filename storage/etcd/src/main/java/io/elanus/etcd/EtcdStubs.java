package io.elanus.etcd;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.WatchGrpc;
import io.grpc.Channel;
import java.util.concurrent.TimeUnit;

/**
 * etcd's services at one endpoint, for one attempt.
 *
 * @param channel carries the token
 * @param timeoutNanos of the attempt; watches have none
 */
record EtcdStubs(Channel channel, long timeoutNanos) {
  KVGrpc.KVBlockingV2Stub kv() {
    return KVGrpc.newBlockingV2Stub(channel).withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
  }

  LeaseGrpc.LeaseBlockingV2Stub lease() {
    return LeaseGrpc.newBlockingV2Stub(channel)
        .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
  }

  WatchGrpc.WatchBlockingV2Stub watch() {
    return WatchGrpc.newBlockingV2Stub(channel);
  }
}
