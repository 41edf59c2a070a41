package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getBatchDescribeCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getCreateCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDescribeCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDropCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetCollectionStatisticsMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getHasCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getRenameCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getShowCollectionsMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getTruncateCollectionMethod;

import io.elanus.api.milvus.proto.BatchDescribeCollectionRequest;
import io.elanus.api.milvus.proto.BatchDescribeCollectionResponse;
import io.elanus.api.milvus.proto.BoolResponse;
import io.elanus.api.milvus.proto.CreateCollectionRequest;
import io.elanus.api.milvus.proto.DescribeCollectionRequest;
import io.elanus.api.milvus.proto.DescribeCollectionResponse;
import io.elanus.api.milvus.proto.DropCollectionRequest;
import io.elanus.api.milvus.proto.GetCollectionStatisticsRequest;
import io.elanus.api.milvus.proto.GetCollectionStatisticsResponse;
import io.elanus.api.milvus.proto.HasCollectionRequest;
import io.elanus.api.milvus.proto.RenameCollectionRequest;
import io.elanus.api.milvus.proto.ShowCollectionsRequest;
import io.elanus.api.milvus.proto.ShowCollectionsResponse;
import io.elanus.api.milvus.proto.ShowType;
import io.elanus.api.milvus.proto.Status;
import io.elanus.api.milvus.proto.TruncateCollectionRequest;
import io.elanus.api.milvus.proto.TruncateCollectionResponse;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.util.List;

/** The calls of milvus.proto that create, find and describe collections. */
final class CollectionRpcs {
  private final Proxy proxy;
  private final LoadedShare loaded;

  CollectionRpcs(Proxy proxy) {
    this.proxy = proxy;
    this.loaded = new LoadedShare(proxy);
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getCreateCollectionMethod(), this::create)
        .add(getDropCollectionMethod(), this::drop)
        .add(getHasCollectionMethod(), this::has)
        .add(getDescribeCollectionMethod(), this::describe)
        .add(getBatchDescribeCollectionMethod(), this::describeBatch)
        .add(getShowCollectionsMethod(), this::show)
        .add(getRenameCollectionMethod(), this::rename)
        .add(getTruncateCollectionMethod(), this::truncate)
        .add(getGetCollectionStatisticsMethod(), this::statistics);
  }

  private Status create(Caller caller, CreateCollectionRequest request) {
    proxy.execute(SchemaTranslator.create(caller.database(request.getDbName()), request));
    return Statuses.OK;
  }

  private Status drop(Caller caller, DropCollectionRequest request) {
    proxy.execute(
        new Ddl.DropCollection(caller.database(request.getDbName()), request.getCollectionName()));
    return Statuses.OK;
  }

  private BoolResponse has(Caller caller, HasCollectionRequest request) {
    try {
      proxy.describeCollection(caller.database(request.getDbName()), request.getCollectionName());
      return BoolResponse.newBuilder().setStatus(Statuses.OK).setValue(true).build();
    } catch (ElanusException e) {
      if (e.code() == ErrorCode.COLLECTION_NOT_FOUND) {
        return BoolResponse.newBuilder().setStatus(Statuses.OK).build();
      }
      throw e;
    }
  }

  private DescribeCollectionResponse describe(Caller caller, DescribeCollectionRequest request) {
    String database = caller.database(request.getDbName());
    return describe(database, request.getCollectionName(), request.getCollectionID());
  }

  /** By name, or by id when the name is empty. A missing one has a text of its own here. */
  private DescribeCollectionResponse describe(String database, String name, long id) {
    try {
      return described(
          name.isEmpty() && id != 0
              ? proxy.describeCollectionById(id)
              : proxy.describeCollection(database, name));
    } catch (ElanusException e) {
      if (e.code() != ErrorCode.COLLECTION_NOT_FOUND) {
        throw e;
      }
      String text =
          name.isEmpty()
              ? "can't find collection[collection=" + id + "]"
              : "can't find collection[database=" + database + "][collection=" + name + "]";
      return DescribeCollectionResponse.newBuilder()
          .setStatus(Statuses.of(e).toBuilder().setReason(text).setDetail(text))
          .build();
    }
  }

  private DescribeCollectionResponse described(Catalogue.Collection collection) {
    return DescribeCollectionResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setSchema(
            SchemaTranslator.describe(collection.schema(), collection.properties()).toBuilder()
                .setDbName(collection.database()))
        .setCollectionID(collection.id())
        .setCollectionName(collection.name())
        .setDbName(collection.database())
        .setDbId(collection.databaseId())
        .addAllVirtualChannelNames(collection.channels())
        .addAllPhysicalChannelNames(
            collection.channels().stream().map(Catalogue::physicalChannel).toList())
        .setShardsNum(collection.channels().size())
        .setNumPartitions(collection.partitions().size())
        .setConsistencyLevel(ReadLevels.wire(collection.consistency()))
        .addAllAliases(collection.aliases())
        .addAllProperties(Pairs.list(collection.properties()))
        .setCreatedTimestamp(collection.createdTimestamp())
        .setCreatedUtcTimestamp(Timestamps.physicalMillis(collection.createdTimestamp()))
        .setUpdateTimestamp(collection.updateTimestamp())
        .setUpdateTimestampStr(Long.toUnsignedString(collection.updateTimestamp()))
        .setRequestTime(proxy.timestamp())
        .build();
  }

  private BatchDescribeCollectionResponse describeBatch(
      Caller caller, BatchDescribeCollectionRequest request) {
    List<String> names = request.getCollectionNameList();
    List<Long> ids = request.getCollectionIDList();
    if (names.isEmpty() && ids.isEmpty()) {
      throw new ElanusException(ErrorCode.MISSING_PARAMETER)
          .with("missing_param", "collection_name");
    }
    String database = caller.database(request.getDbName());
    BatchDescribeCollectionResponse.Builder answer =
        BatchDescribeCollectionResponse.newBuilder().setStatus(Statuses.OK);
    names.forEach(name -> answer.addResponses(describeOrFail(database, name, 0)));
    if (names.isEmpty()) {
      ids.forEach(id -> answer.addResponses(describeOrFail(database, "", id)));
    }
    return answer.build();
  }

  private DescribeCollectionResponse describeOrFail(String database, String name, long id) {
    try {
      return describe(database, name, id);
    } catch (ElanusException e) {
      return Statuses.answer(DescribeCollectionResponse.getDefaultInstance(), Statuses.of(e));
    }
  }

  private ShowCollectionsResponse show(Caller caller, ShowCollectionsRequest request) {
    String database = caller.database(request.getDbName());
    boolean onlyLoaded = request.getType() == ShowType.InMemory;
    ShowCollectionsResponse.Builder answer =
        ShowCollectionsResponse.newBuilder().setStatus(Statuses.OK);
    for (Catalogue.Collection collection : proxy.collections(database)) {
      boolean wanted =
          request.getCollectionNamesCount() == 0
              || request.getCollectionNamesList().contains(collection.name());
      int percent = loaded.percent(database, collection.name(), List.of());
      if (!wanted || (onlyLoaded && percent < 0)) {
        continue;
      }
      answer
          .addCollectionNames(collection.name())
          .addCollectionIds(collection.id())
          .addCreatedTimestamps(collection.createdTimestamp())
          .addCreatedUtcTimestamps(Timestamps.physicalMillis(collection.createdTimestamp()))
          .addInMemoryPercentages(Math.max(0, percent))
          .addQueryServiceAvailable(percent == 100)
          .addShardsNum(collection.channels().size());
    }
    return answer.build();
  }

  private Status rename(Caller caller, RenameCollectionRequest request) {
    String database = caller.database(request.getDbName());
    proxy.execute(
        new Ddl.RenameCollection(
            database,
            request.getOldName(),
            request.getNewDBName().isEmpty() ? database : request.getNewDBName(),
            request.getNewName()));
    return Statuses.OK;
  }

  private TruncateCollectionResponse truncate(Caller caller, TruncateCollectionRequest request) {
    proxy.execute(
        new Ddl.Truncate(caller.database(request.getDbName()), request.getCollectionName()));
    return TruncateCollectionResponse.newBuilder().setStatus(Statuses.OK).build();
  }

  private GetCollectionStatisticsResponse statistics(
      Caller caller, GetCollectionStatisticsRequest request) {
    long rows =
        proxy
            .rowCounts(caller.database(request.getDbName()), request.getCollectionName())
            .values()
            .stream()
            .mapToLong(Long::longValue)
            .sum();
    return GetCollectionStatisticsResponse.newBuilder()
        .setStatus(Statuses.OK)
        .addStats(Pairs.pair("row_count", Long.toString(rows)))
        .build();
  }
}
