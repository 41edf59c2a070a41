package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getCreatePartitionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDropPartitionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetPartitionStatisticsMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getHasPartitionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getShowPartitionsMethod;

import io.elanus.api.milvus.proto.BoolResponse;
import io.elanus.api.milvus.proto.CreatePartitionRequest;
import io.elanus.api.milvus.proto.DropPartitionRequest;
import io.elanus.api.milvus.proto.GetPartitionStatisticsRequest;
import io.elanus.api.milvus.proto.GetPartitionStatisticsResponse;
import io.elanus.api.milvus.proto.HasPartitionRequest;
import io.elanus.api.milvus.proto.ShowPartitionsRequest;
import io.elanus.api.milvus.proto.ShowPartitionsResponse;
import io.elanus.api.milvus.proto.ShowType;
import io.elanus.api.milvus.proto.Status;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.util.List;

/** The calls of milvus.proto about partitions. */
final class PartitionRpcs {
  private final Proxy proxy;
  private final LoadedShare loaded;

  PartitionRpcs(Proxy proxy) {
    this.proxy = proxy;
    this.loaded = new LoadedShare(proxy);
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getCreatePartitionMethod(), this::create)
        .add(getDropPartitionMethod(), this::drop)
        .add(getHasPartitionMethod(), this::has)
        .add(getShowPartitionsMethod(), this::show)
        .add(getGetPartitionStatisticsMethod(), this::statistics);
  }

  private Status create(Caller caller, CreatePartitionRequest request) {
    proxy.execute(
        new Ddl.CreatePartition(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getPartitionName()));
    return Statuses.OK;
  }

  private Status drop(Caller caller, DropPartitionRequest request) {
    proxy.execute(
        new Ddl.DropPartition(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getPartitionName()));
    return Statuses.OK;
  }

  private BoolResponse has(Caller caller, HasPartitionRequest request) {
    Catalogue.Collection collection =
        proxy.describeCollection(caller.database(request.getDbName()), request.getCollectionName());
    return BoolResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setValue(collection.partition(request.getPartitionName()).isPresent())
        .build();
  }

  private ShowPartitionsResponse show(Caller caller, ShowPartitionsRequest request) {
    Catalogue.Collection collection =
        request.getCollectionName().isEmpty() && request.getCollectionID() != 0
            ? proxy.describeCollectionById(request.getCollectionID())
            : proxy.describeCollection(
                caller.database(request.getDbName()), request.getCollectionName());
    ShowPartitionsResponse.Builder answer =
        ShowPartitionsResponse.newBuilder().setStatus(Statuses.OK);
    boolean onlyLoaded = request.getType() == ShowType.InMemory;
    for (Catalogue.Partition partition : wanted(collection, request.getPartitionNamesList())) {
      int percent =
          loaded.percent(collection.database(), collection.name(), List.of(partition.name()));
      if (onlyLoaded && percent < 0) {
        continue;
      }
      answer
          .addPartitionNames(partition.name())
          .addPartitionIDs(partition.id())
          .addCreatedTimestamps(partition.createdTimestamp())
          .addCreatedUtcTimestamps(Timestamps.physicalMillis(partition.createdTimestamp()))
          .addInMemoryPercentages(Math.max(0, percent));
    }
    return answer.build();
  }

  private static List<Catalogue.Partition> wanted(
      Catalogue.Collection collection, List<String> names) {
    return names.isEmpty()
        ? collection.partitions()
        : names.stream().map(name -> partition(collection, name)).toList();
  }

  private static Catalogue.Partition partition(Catalogue.Collection collection, String name) {
    return collection
        .partition(name)
        .orElseThrow(
            () -> new ElanusException(ErrorCode.PARTITION_NOT_FOUND).with("partition", name));
  }

  private GetPartitionStatisticsResponse statistics(
      Caller caller, GetPartitionStatisticsRequest request) {
    String database = caller.database(request.getDbName());
    Catalogue.Collection collection =
        proxy.describeCollection(database, request.getCollectionName());
    String name = partition(collection, request.getPartitionName()).name();
    long rows = proxy.rowCounts(database, request.getCollectionName()).getOrDefault(name, 0L);
    return GetPartitionStatisticsResponse.newBuilder()
        .setStatus(Statuses.OK)
        .addStats(Pairs.pair("row_count", Long.toString(rows)))
        .build();
  }
}
