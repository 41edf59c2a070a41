package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getAllocTimestampMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getCheckHealthMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getConnectMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDummyMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetComponentStatesMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetMetricsMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetVersionMethod;

import io.elanus.api.milvus.proto.AllocTimestampRequest;
import io.elanus.api.milvus.proto.AllocTimestampResponse;
import io.elanus.api.milvus.proto.CheckHealthRequest;
import io.elanus.api.milvus.proto.CheckHealthResponse;
import io.elanus.api.milvus.proto.ComponentInfo;
import io.elanus.api.milvus.proto.ComponentStates;
import io.elanus.api.milvus.proto.ConnectRequest;
import io.elanus.api.milvus.proto.ConnectResponse;
import io.elanus.api.milvus.proto.DummyResponse;
import io.elanus.api.milvus.proto.GetComponentStatesRequest;
import io.elanus.api.milvus.proto.GetMetricsRequest;
import io.elanus.api.milvus.proto.GetMetricsResponse;
import io.elanus.api.milvus.proto.GetVersionRequest;
import io.elanus.api.milvus.proto.GetVersionResponse;
import io.elanus.api.milvus.proto.StateCode;
import io.elanus.roles.Proxy;
import java.util.List;

/** Connect, GetVersion, CheckHealth and the like of milvus.proto. */
final class SystemRpcs {
  private final Proxy proxy;
  private final ServerInfo server;
  private final SystemMetrics metrics;

  SystemRpcs(Proxy proxy, ServerInfo server) {
    this.proxy = proxy;
    this.server = server;
    this.metrics = new SystemMetrics(server);
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getConnectMethod(), this::connect)
        .add(getGetVersionMethod(), this::version)
        .add(getAllocTimestampMethod(), this::allocateTimestamp)
        .add(getCheckHealthMethod(), this::checkHealth)
        .add(getGetComponentStatesMethod(), this::componentStates)
        .add(
            getGetMetricsMethod(),
            this::metrics,
            // Node parses the response whatever the status says.
            (request, status) ->
                GetMetricsResponse.newBuilder().setStatus(status).setResponse("{}").build())
        .add(
            getDummyMethod(),
            (caller, request) ->
                DummyResponse.newBuilder().setResponse("{\"status\":\"fail\"}").build(),
            (request, status) -> DummyResponse.getDefaultInstance());
  }

  /** The header's database must exist; the identifier must be new and not zero. */
  private ConnectResponse connect(Caller caller, ConnectRequest request) {
    proxy.describeDatabase(caller.database());
    return ConnectResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setServerInfo(
            io.elanus.api.milvus.proto.ServerInfo.newBuilder()
                .setBuildTags(server.version())
                .setBuildTime(server.buildTime())
                .setGitCommit(server.gitCommit())
                .setDeployMode(server.deployMode()))
        .setIdentifier(
            Caller.identifier(
                proxy.timestamp(),
                request.getClientInfo().getSdkType(),
                request.getClientInfo().getSdkVersion()))
        .build();
  }

  private GetVersionResponse version(Caller caller, GetVersionRequest request) {
    return GetVersionResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setVersion(server.version())
        .build();
  }

  private AllocTimestampResponse allocateTimestamp(Caller caller, AllocTimestampRequest request) {
    return AllocTimestampResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setTimestamp(proxy.timestamp())
        .build();
  }

  private CheckHealthResponse checkHealth(Caller caller, CheckHealthRequest request) {
    List<String> reasons = proxy.ailments();
    return CheckHealthResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setIsHealthy(reasons.isEmpty())
        .addAllReasons(reasons)
        .build();
  }

  private ComponentStates componentStates(Caller caller, GetComponentStatesRequest request) {
    return ComponentStates.newBuilder()
        .setStatus(Statuses.OK)
        .setState(
            ComponentInfo.newBuilder()
                .setNodeID(server.nodeId())
                .setRole("proxy")
                .setStateCode(StateCode.Healthy))
        .build();
  }

  private GetMetricsResponse metrics(Caller caller, GetMetricsRequest request) {
    return GetMetricsResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setResponse(metrics.answer(request.getRequest()))
        .setComponentName("proxy" + server.nodeId())
        .build();
  }
}
