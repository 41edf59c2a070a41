package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getCreateResourceGroupMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDescribeResourceGroupMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDropResourceGroupMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getListResourceGroupsMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getTransferNodeMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getTransferReplicaMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getUpdateResourceGroupsMethod;

import io.elanus.api.milvus.proto.CreateResourceGroupRequest;
import io.elanus.api.milvus.proto.DescribeResourceGroupRequest;
import io.elanus.api.milvus.proto.DescribeResourceGroupResponse;
import io.elanus.api.milvus.proto.DropResourceGroupRequest;
import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.api.milvus.proto.ListResourceGroupsRequest;
import io.elanus.api.milvus.proto.ListResourceGroupsResponse;
import io.elanus.api.milvus.proto.NodeInfo;
import io.elanus.api.milvus.proto.ResourceGroup;
import io.elanus.api.milvus.proto.ResourceGroupConfig;
import io.elanus.api.milvus.proto.ResourceGroupLimit;
import io.elanus.api.milvus.proto.ResourceGroupNodeFilter;
import io.elanus.api.milvus.proto.ResourceGroupTransfer;
import io.elanus.api.milvus.proto.Status;
import io.elanus.api.milvus.proto.TransferNodeRequest;
import io.elanus.api.milvus.proto.TransferReplicaRequest;
import io.elanus.api.milvus.proto.UpdateResourceGroupsRequest;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.ResourceGroups;
import io.elanus.roles.ResourceGroups.Command;
import io.elanus.roles.ResourceGroups.Config;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The calls of milvus.proto about resource groups (rg.proto). */
final class ResourceGroupRpcs {
  /** What a client reads as the capacity of the default group, which has no bound. */
  private static final int UNBOUNDED = 1_000_000;

  private final Proxy proxy;

  ResourceGroupRpcs(Proxy proxy) {
    this.proxy = proxy;
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getCreateResourceGroupMethod(), this::create)
        .add(getUpdateResourceGroupsMethod(), this::update)
        .add(getDropResourceGroupMethod(), this::drop)
        .add(getTransferNodeMethod(), this::transferNode)
        .add(getTransferReplicaMethod(), this::transferReplica)
        .add(getListResourceGroupsMethod(), this::list)
        .add(getDescribeResourceGroupMethod(), this::describe);
  }

  private Status create(Caller caller, CreateResourceGroupRequest request) {
    String name = request.getResourceGroup();
    Config config = request.hasConfig() ? config(name, request.getConfig()) : Config.EMPTY;
    proxy.arrange(new Command.Create(name, config));
    return Statuses.OK;
  }

  private Status update(Caller caller, UpdateResourceGroupsRequest request) {
    Map<String, Config> configs = new TreeMap<>();
    request
        .getResourceGroupsMap()
        .forEach((name, config) -> configs.put(name, config(name, config)));
    proxy.arrange(new Command.Update(configs));
    return Statuses.OK;
  }

  private static Config config(String name, ResourceGroupConfig config) {
    if (!config.hasRequests() || !config.hasLimits()) {
      throw new ElanusException(
              ErrorCode.RESOURCE_GROUP_ILLEGAL_CONFIG, "requests or limits is required")
          .with("rg", name);
    }
    Map<String, String> labels = new HashMap<>();
    config
        .getNodeFilter()
        .getNodeLabelsList()
        .forEach(label -> labels.put(label.getKey(), label.getValue()));
    return new Config(
        config.getRequests().getNodeNum(),
        config.getLimits().getNodeNum(),
        names(config.getTransferFromList()),
        names(config.getTransferToList()),
        labels);
  }

  private static List<String> names(List<ResourceGroupTransfer> transfers) {
    return transfers.stream().map(ResourceGroupTransfer::getResourceGroup).toList();
  }

  private Status drop(Caller caller, DropResourceGroupRequest request) {
    proxy.arrange(new Command.Drop(request.getResourceGroup()));
    return Statuses.OK;
  }

  private Status transferNode(Caller caller, TransferNodeRequest request) {
    proxy.arrange(
        new Command.TransferNodes(
            request.getSourceResourceGroup(),
            request.getTargetResourceGroup(),
            request.getNumNode()));
    return Statuses.OK;
  }

  private Status transferReplica(Caller caller, TransferReplicaRequest request) {
    Catalogue.Collection collection =
        proxy.describeCollection(caller.database(request.getDbName()), request.getCollectionName());
    proxy.arrange(
        new Command.TransferReplicas(
            collection.id(),
            request.getSourceResourceGroup(),
            request.getTargetResourceGroup(),
            request.getNumReplica()));
    return Statuses.OK;
  }

  private ListResourceGroupsResponse list(Caller caller, ListResourceGroupsRequest request) {
    return ListResourceGroupsResponse.newBuilder()
        .setStatus(Statuses.OK)
        .addAllResourceGroups(proxy.resourceGroups())
        .build();
  }

  private DescribeResourceGroupResponse describe(
      Caller caller, DescribeResourceGroupRequest request) {
    ResourceGroups.Group group = proxy.resourceGroup(request.getResourceGroup());
    boolean unbounded = group.name().equals(ResourceGroups.DEFAULT);
    ResourceGroup.Builder told =
        ResourceGroup.newBuilder()
            .setName(group.name())
            .setCapacity(unbounded ? UNBOUNDED : group.config().requests())
            .setNumAvailableNode(group.nodes().size())
            .putAllNumLoadedReplica(byName(group.replicas()))
            .putAllNumOutgoingNode(byName(group.outgoing()))
            .putAllNumIncomingNode(byName(group.incoming()))
            .setConfig(config(group.config()));
    for (ResourceGroups.Node node : group.nodes()) {
      told.addNodes(
          NodeInfo.newBuilder()
              .setNodeId(node.id())
              .setAddress(node.host().isEmpty() ? "" : node.host() + ":" + node.port())
              .setHostname(node.host()));
    }
    return DescribeResourceGroupResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setResourceGroup(told)
        .build();
  }

  /** A collection that was dropped meanwhile is left out. */
  private Map<String, Integer> byName(Map<Long, Integer> byCollection) {
    Map<String, Integer> byName = new TreeMap<>();
    byCollection.forEach((id, number) -> {
      try {
        byName.merge(proxy.describeCollectionById(id).name(), number, Integer::sum);
      } catch (ElanusException failed) {
        if (failed.code() != ErrorCode.COLLECTION_NOT_FOUND) {
          throw failed;
        }
      }
    });
    return byName;
  }

  private static ResourceGroupConfig config(Config config) {
    ResourceGroupConfig.Builder told =
        ResourceGroupConfig.newBuilder()
            .setRequests(ResourceGroupLimit.newBuilder().setNodeNum(config.requests()))
            .setLimits(ResourceGroupLimit.newBuilder().setNodeNum(config.limits()));
    config.from().forEach(name -> told.addTransferFrom(transfer(name)));
    config.to().forEach(name -> told.addTransferTo(transfer(name)));
    ResourceGroupNodeFilter.Builder filter = ResourceGroupNodeFilter.newBuilder();
    new TreeMap<>(config.labels())
        .forEach((key, value) ->
            filter.addNodeLabels(KeyValuePair.newBuilder().setKey(key).setValue(value)));
    return config.labels().isEmpty() ? told.build() : told.setNodeFilter(filter).build();
  }

  private static ResourceGroupTransfer transfer(String name) {
    return ResourceGroupTransfer.newBuilder().setResourceGroup(name).build();
  }
}
