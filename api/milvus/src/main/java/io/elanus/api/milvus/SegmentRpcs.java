package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetCompactionStateMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetCompactionStateWithPlansMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetPersistentSegmentInfoMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetQuerySegmentInfoMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getManualCompactionMethod;

import io.elanus.api.milvus.proto.CompactionMergeInfo;
import io.elanus.api.milvus.proto.CompactionState;
import io.elanus.api.milvus.proto.GetCompactionPlansRequest;
import io.elanus.api.milvus.proto.GetCompactionPlansResponse;
import io.elanus.api.milvus.proto.GetCompactionStateRequest;
import io.elanus.api.milvus.proto.GetCompactionStateResponse;
import io.elanus.api.milvus.proto.GetPersistentSegmentInfoRequest;
import io.elanus.api.milvus.proto.GetPersistentSegmentInfoResponse;
import io.elanus.api.milvus.proto.GetQuerySegmentInfoRequest;
import io.elanus.api.milvus.proto.GetQuerySegmentInfoResponse;
import io.elanus.api.milvus.proto.ManualCompactionRequest;
import io.elanus.api.milvus.proto.ManualCompactionResponse;
import io.elanus.api.milvus.proto.PersistentSegmentInfo;
import io.elanus.api.milvus.proto.QuerySegmentInfo;
import io.elanus.api.milvus.proto.SegmentLevel;
import io.elanus.api.milvus.proto.SegmentState;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Proxy;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls of milvus.proto about segments and compaction. */
final class SegmentRpcs {
  private final Proxy proxy;

  SegmentRpcs(Proxy proxy) {
    this.proxy = proxy;
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getGetPersistentSegmentInfoMethod(), this::persistent)
        .add(getGetQuerySegmentInfoMethod(), this::served)
        .add(getManualCompactionMethod(), this::compact)
        .add(getGetCompactionStateMethod(), this::compactionState)
        .add(getGetCompactionStateWithPlansMethod(), this::compactionPlans);
  }

  private GetPersistentSegmentInfoResponse persistent(
      Caller caller, GetPersistentSegmentInfoRequest request) {
    List<SegmentState> wanted =
        request.getStatesCount() > 0
            ? request.getStatesList()
            : List.of(SegmentState.Sealed, SegmentState.Flushing, SegmentState.Flushed);
    GetPersistentSegmentInfoResponse.Builder answer =
        GetPersistentSegmentInfoResponse.newBuilder().setStatus(Statuses.OK);
    for (Segments.Segment segment :
        proxy.segments(caller.database(request.getDbName()), request.getCollectionName())) {
      if (wanted.contains(state(segment.state()))) {
        answer.addInfos(
            PersistentSegmentInfo.newBuilder()
                .setSegmentID(segment.id())
                .setCollectionID(segment.collectionId())
                .setPartitionID(segment.partitionId())
                .setNumRows(segment.rows())
                .setState(state(segment.state()))
                .setLevel(SegmentLevel.L1)
                .setIsSorted(!segment.compactedFrom().isEmpty())
                .setInsertChannel(segment.channel())
                .addAllCompactionFrom(segment.compactedFrom()));
      }
    }
    return answer.build();
  }

  private GetQuerySegmentInfoResponse served(Caller caller, GetQuerySegmentInfoRequest request) {
    String database = caller.database(request.getDbName());
    String collection = request.getCollectionName();
    if (proxy.loadStatus(database, collection, List.of()) == Proxy.LoadStatus.NOT_LOADED) {
      throw new ElanusException(ErrorCode.COLLECTION_NOT_LOADED).with("collection", collection);
    }
    Map<Long, List<Long>> placements = proxy.placements(database, collection);
    GetQuerySegmentInfoResponse.Builder answer =
        GetQuerySegmentInfoResponse.newBuilder().setStatus(Statuses.OK);
    for (Segments.Segment segment : proxy.segments(database, collection)) {
      List<Long> nodes = placements.getOrDefault(segment.id(), List.of());
      boolean growing = segment.state() == Segments.State.GROWING;
      if (growing || !nodes.isEmpty()) {
        answer.addInfos(
            QuerySegmentInfo.newBuilder()
                .setSegmentID(segment.id())
                .setCollectionID(segment.collectionId())
                .setPartitionID(segment.partitionId())
                .setNumRows(segment.rows())
                .setMemSize(segment.bytes())
                .setState(growing ? SegmentState.Growing : SegmentState.Sealed)
                .setLevel(SegmentLevel.L1)
                .addAllNodeIds(nodes));
      }
    }
    return answer.build();
  }

  private static SegmentState state(Segments.State state) {
    return switch (state) {
      case GROWING -> SegmentState.Growing;
      case SEALED -> SegmentState.Sealed;
      case FLUSHING -> SegmentState.Flushing;
      case FLUSHED -> SegmentState.Flushed;
      case DROPPED -> SegmentState.Dropped;
    };
  }

  /** Compaction that merges segments and removes deleted rows; other kinds are refused. */
  private ManualCompactionResponse compact(Caller caller, ManualCompactionRequest request) {
    Catalogue.Collection collection =
        request.getCollectionName().isEmpty()
            ? proxy.describeCollectionById(request.getCollectionID())
            : proxy.describeCollection(
                caller.database(request.getDbName()), request.getCollectionName());
    long job =
        proxy.compact(collection.database(), collection.name(), partition(collection, request));
    DataCoord.CompactionState state = proxy.compactionState(job);
    return ManualCompactionResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setCompactionID(job)
        .setCompactionPlanCount(
            job < 0 ? 0 : Math.max(state.plans().size(), state.executing() + state.done()))
        .build();
  }

  private static Optional<String> partition(
      Catalogue.Collection collection, ManualCompactionRequest request) {
    if (request.getPartitionId() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        collection.partitions().stream()
            .filter(partition -> partition.id() == request.getPartitionId())
            .findFirst()
            .orElseThrow(() ->
                new ElanusException(ErrorCode.PARTITION_NOT_FOUND)
                    .with("partition", request.getPartitionId()))
            .name());
  }

  private GetCompactionStateResponse compactionState(
      Caller caller, GetCompactionStateRequest request) {
    DataCoord.CompactionState state = proxy.compactionState(request.getCompactionID());
    return GetCompactionStateResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setState(state(state))
        .setExecutingPlanNo(state.executing())
        .setCompletedPlanNo(state.done())
        .setFailedPlanNo(state.failed())
        .build();
  }

  private GetCompactionPlansResponse compactionPlans(
      Caller caller, GetCompactionPlansRequest request) {
    DataCoord.CompactionState state = proxy.compactionState(request.getCompactionID());
    GetCompactionPlansResponse.Builder answer =
        GetCompactionPlansResponse.newBuilder().setStatus(Statuses.OK).setState(state(state));
    for (DataCoord.CompactionState.Merge merge : state.plans()) {
      answer.addMergeInfos(
          CompactionMergeInfo.newBuilder()
              .addAllSources(merge.sources())
              .setTarget(merge.target()));
    }
    return answer.build();
  }

  private static CompactionState state(DataCoord.CompactionState state) {
    return state.completed() ? CompactionState.Completed : CompactionState.Executing;
  }
}
