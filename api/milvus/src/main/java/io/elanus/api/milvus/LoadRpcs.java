package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetLoadStateMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetLoadingProgressMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetReplicasMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getLoadCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getLoadPartitionsMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getReleaseCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getReleasePartitionsMethod;

import io.elanus.api.milvus.proto.GetLoadStateRequest;
import io.elanus.api.milvus.proto.GetLoadStateResponse;
import io.elanus.api.milvus.proto.GetLoadingProgressRequest;
import io.elanus.api.milvus.proto.GetLoadingProgressResponse;
import io.elanus.api.milvus.proto.GetReplicasRequest;
import io.elanus.api.milvus.proto.GetReplicasResponse;
import io.elanus.api.milvus.proto.LoadCollectionRequest;
import io.elanus.api.milvus.proto.LoadPartitionsRequest;
import io.elanus.api.milvus.proto.LoadState;
import io.elanus.api.milvus.proto.ReleaseCollectionRequest;
import io.elanus.api.milvus.proto.ReleasePartitionsRequest;
import io.elanus.api.milvus.proto.ReplicaInfo;
import io.elanus.api.milvus.proto.ShardReplica;
import io.elanus.api.milvus.proto.Status;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.schema.ElanusException;
import java.util.List;
import java.util.Map;

/** The calls of milvus.proto that load and release, and tell what they led to. */
final class LoadRpcs {

  private final Proxy proxy;

  LoadRpcs(Proxy proxy) {
    this.proxy = proxy;
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getLoadCollectionMethod(), this::load)
        .add(getReleaseCollectionMethod(), this::release)
        .add(getLoadPartitionsMethod(), this::loadPartitions)
        .add(getReleasePartitionsMethod(), this::releasePartitions)
        .add(getGetLoadStateMethod(), this::state)
        .add(getGetLoadingProgressMethod(), this::progress)
        .add(getGetReplicasMethod(), this::replicas);
  }

  private Status load(Caller caller, LoadCollectionRequest request) {
    checkParameters(request.getLoadParamsMap());
    proxy.load(
        new Proxy.LoadRequest(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            List.of(),
            request.getReplicaNumber(),
            request.getResourceGroupsList(),
            request.getLoadFieldsList(),
            request.getSkipLoadDynamicField(),
            request.getRefresh()));
    return Statuses.OK;
  }

  /** There is one kind of load, so that its priority says nothing. */
  private static void checkParameters(Map<String, String> parameters) {
    parameters.forEach((key, value) -> {
      if (!key.equals("load_priority")) {
        throw ElanusException.invalid("load parameter " + key + " is not supported");
      }
      if (!value.isEmpty() && !value.equalsIgnoreCase("high") && !value.equalsIgnoreCase("low")) {
        throw ElanusException.invalid(
            "load parameter load_priority should be high or low, got " + value);
      }
    });
  }

  private Status release(Caller caller, ReleaseCollectionRequest request) {
    proxy.release(caller.database(request.getDbName()), request.getCollectionName(), List.of());
    return Statuses.OK;
  }

  private Status loadPartitions(Caller caller, LoadPartitionsRequest request) {
    requirePartitions(request.getPartitionNamesList());
    checkParameters(request.getLoadParamsMap());
    proxy.load(
        new Proxy.LoadRequest(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getPartitionNamesList(),
            request.getReplicaNumber(),
            request.getResourceGroupsList(),
            request.getLoadFieldsList(),
            request.getSkipLoadDynamicField(),
            request.getRefresh()));
    return Statuses.OK;
  }

  private Status releasePartitions(Caller caller, ReleasePartitionsRequest request) {
    requirePartitions(request.getPartitionNamesList());
    proxy.release(
        caller.database(request.getDbName()),
        request.getCollectionName(),
        request.getPartitionNamesList());
    return Statuses.OK;
  }

  /** An empty list means the whole collection to the proxy, but not to these two RPCs. */
  private static void requirePartitions(List<String> names) {
    if (names.isEmpty()) {
      throw ElanusException.invalid("due to no partition specified");
    }
  }

  private GetLoadStateResponse state(Caller caller, GetLoadStateRequest request) {
    LoadState state =
        switch (proxy.loadStatus(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getPartitionNamesList())) {
          case NOT_EXIST -> LoadState.LoadStateNotExist;
          case NOT_LOADED -> LoadState.LoadStateNotLoad;
          case LOADING -> LoadState.LoadStateLoading;
          case LOADED -> LoadState.LoadStateLoaded;
        };
    return GetLoadStateResponse.newBuilder().setStatus(Statuses.OK).setState(state).build();
  }

  private GetLoadingProgressResponse progress(Caller caller, GetLoadingProgressRequest request) {
    int percent =
        proxy.loadingProgress(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getPartitionNamesList());
    return GetLoadingProgressResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setProgress(percent)
        .setRefreshProgress(percent)
        .build();
  }

  private GetReplicasResponse replicas(Caller caller, GetReplicasRequest request) {
    Catalogue.Collection collection =
        request.getCollectionName().isEmpty()
            ? proxy.describeCollectionById(request.getCollectionID())
            : proxy.describeCollection(
                caller.database(request.getDbName()), request.getCollectionName());
    GetReplicasResponse.Builder answer = GetReplicasResponse.newBuilder().setStatus(Statuses.OK);
    proxy
        .replicas(collection.database(), collection.name())
        .forEach(replica -> answer.addReplicas(replica(replica)));
    return answer.build();
  }

  private static ReplicaInfo replica(QueryCoord.Replica replica) {
    ReplicaInfo.Builder info =
        ReplicaInfo.newBuilder()
            .setReplicaID(replica.id())
            .setCollectionID(replica.collectionId())
            .addAllPartitionIds(replica.partitions())
            .addAllNodeIds(replica.nodes())
            .setResourceGroupName(replica.group())
            .putAllNumOutboundNode(replica.outbound());
    for (QueryCoord.Shard shard : replica.shards()) {
      info.addShardReplicas(
          ShardReplica.newBuilder()
              .setLeaderID(shard.leaderNode())
              .setDmChannelName(shard.channel())
              .addAllNodeIds(shard.nodes()));
    }
    return info.build();
  }
}
