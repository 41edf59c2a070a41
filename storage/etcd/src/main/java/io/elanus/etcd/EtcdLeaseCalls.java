package io.elanus.etcd;

import io.elanus.metadata.OperationTime;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** etcd's leases; their ids are chosen here, so that to ask for one twice is to ask once. */
final class EtcdLeaseCalls {
  private final EtcdConnection connection;
  private final RandomGenerator random;

  EtcdLeaseCalls(EtcdConnection connection, RandomGenerator random) {
    this.connection = connection;
    this.random = random;
  }

  /**
   * Has a lease made.
   *
   * @param ttl rounded up to whole seconds; the server may give it longer
   */
  long grant(Duration ttl) {
    long id = random.nextLong(1, Long.MAX_VALUE);
    long seconds = ttl.plusNanos(999_999_999).toSeconds();
    var request = LeaseGrantRequest.newBuilder().setID(id).setTTL(seconds).build();
    return connection.repeat(
        "grant a lease",
        stubs -> {
          try {
            return stubs.lease().leaseGrant(request).getID();
          } catch (StatusException failure) {
            if (EtcdErrors.isLeaseThere(failure)) {
              return id;
            }
            throw failure;
          }
        });
  }

  /** Begins the lease's time anew; false when it is gone. */
  boolean renew(long id, OperationTime time) throws StatusException {
    return connection.once(
        time,
        stubs -> {
          BlockingClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call =
              stubs.lease().leaseKeepAlive();
          try {
            call.write(LeaseKeepAliveRequest.newBuilder().setID(id).build());
            LeaseKeepAliveResponse answer = call.read();
            if (answer == null) {
              throw Status.UNAVAILABLE.withDescription("stream ended").asException();
            }
            return answer.getTTL() > 0;
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withCause(interrupted).asException();
          } finally {
            call.cancel("renewed", null);
          }
        });
  }

  /** Ends a lease, and with it the keys attached to it. */
  void revoke(long id, OperationTime time) {
    connection.repeat(
        "revoke a lease",
        time,
        stubs -> {
          try {
            return stubs.lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build());
          } catch (StatusException failure) {
            if (EtcdErrors.isLeaseGone(failure)) {
              return id;
            }
            throw failure;
          }
        });
  }
}
