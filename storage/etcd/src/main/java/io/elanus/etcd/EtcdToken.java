package io.elanus.etcd;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.stub.MetadataUtils;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The token that stands for user and password; asked for when needed, and again when it ran out.
 */
final class EtcdToken {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

  /** Has a member that lost its leader end a stream instead of keeping silent. */
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private final Optional<EtcdOptions.User> user;
  private volatile @Nullable String token;

  EtcdToken(Optional<EtcdOptions.User> user) {
    this.user = user;
  }

  /** The channel with the headers of every call. */
  Channel on(Channel channel, long timeoutNanos) throws StatusException {
    var headers = new Metadata();
    headers.put(HAS_LEADER, "true");
    if (user.isPresent()) {
      headers.put(TOKEN, token(user.get(), channel, timeoutNanos));
    }
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private String token(EtcdOptions.User someone, Channel channel, long timeoutNanos)
      throws StatusException {
    String known = token;
    if (known != null) {
      return known;
    }
    String given =
        AuthGrpc.newBlockingV2Stub(channel)
            .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
            .authenticate(
                AuthenticateRequest.newBuilder()
                    .setName(someone.name())
                    .setPassword(someone.password())
                    .build())
            .getToken();
    token = given;
    return given;
  }

  void forget() {
    token = null;
  }
}
