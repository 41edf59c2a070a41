package io.elanus.api.http;

import java.time.Duration;

/**
 * Where the process listens and what it lets in.
 *
 * @param host address of the shared port; loopback unless the operator says otherwise
 * @param port of gRPC and REST; 0 takes a free one
 * @param managementHost address of the management port
 * @param managementPort of health and metrics; 0 takes a free one
 * @param inboundLimitBytes longest message or HTTP body accepted
 * @param keepAliveAtMost clients may ping this often, also without calls
 * @param firstRequestWithin a connection without the head of a first request by then is closed
 * @param changes who may change something at the management port
 * @param drain time that calls in flight get at shutdown
 */
public record DoorsConfiguration(
    String host,
    int port,
    String managementHost,
    int managementPort,
    int inboundLimitBytes,
    Duration keepAliveAtMost,
    Duration firstRequestWithin,
    ChangeGuard changes,
    Duration drain) {

  /** Ports and limits of Milvus, on loopback. */
  public static DoorsConfiguration defaults() {
    return new DoorsConfiguration(
        "127.0.0.1",
        19530,
        "127.0.0.1",
        9091,
        64 << 20,
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        ChangeGuard.LOCAL,
        Duration.ofSeconds(5));
  }

  public DoorsConfiguration withPorts(int newPort, int newManagementPort) {
    return new DoorsConfiguration(
        host,
        newPort,
        managementHost,
        newManagementPort,
        inboundLimitBytes,
        keepAliveAtMost,
        firstRequestWithin,
        changes,
        drain);
  }

  DoorsConfiguration withFirstRequestWithin(Duration limit) {
    return new DoorsConfiguration(
        host,
        port,
        managementHost,
        managementPort,
        inboundLimitBytes,
        keepAliveAtMost,
        limit,
        changes,
        drain);
  }

  public DoorsConfiguration withHost(String newHost) {
    return new DoorsConfiguration(
        newHost,
        port,
        newHost,
        managementPort,
        inboundLimitBytes,
        keepAliveAtMost,
        firstRequestWithin,
        changes,
        drain);
  }

  public DoorsConfiguration withChanges(ChangeGuard guard) {
    return new DoorsConfiguration(
        host,
        port,
        managementHost,
        managementPort,
        inboundLimitBytes,
        keepAliveAtMost,
        firstRequestWithin,
        guard,
        drain);
  }
}
