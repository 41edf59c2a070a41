package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getFlushAllMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getFlushMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetFlushAllStateMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetFlushStateMethod;

import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.ClusterInfo;
import io.elanus.api.milvus.proto.FlushAllRequest;
import io.elanus.api.milvus.proto.FlushAllResponse;
import io.elanus.api.milvus.proto.FlushAllResult;
import io.elanus.api.milvus.proto.FlushAllTarget;
import io.elanus.api.milvus.proto.FlushCollectionResult;
import io.elanus.api.milvus.proto.FlushRequest;
import io.elanus.api.milvus.proto.FlushResponse;
import io.elanus.api.milvus.proto.GetFlushAllStateRequest;
import io.elanus.api.milvus.proto.GetFlushAllStateResponse;
import io.elanus.api.milvus.proto.GetFlushStateRequest;
import io.elanus.api.milvus.proto.GetFlushStateResponse;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.api.milvus.proto.msg.Msg.MsgPosition;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Flush, FlushAll of milvus.proto, and how far they got. */
final class FlushRpcs {
  private final Proxy proxy;

  FlushRpcs(Proxy proxy) {
    this.proxy = proxy;
  }

  private record Target(String database, String collection) {}

  void addTo(Rpcs rpcs) {
    rpcs.add(getFlushMethod(), this::flush)
        .add(getGetFlushStateMethod(), this::state)
        .add(getFlushAllMethod(), this::flushAll)
        .add(getGetFlushAllStateMethod(), this::stateOfAll);
  }

  /** The maps have an entry for every name asked for, also when there was nothing to flush. */
  private FlushResponse flush(Caller caller, FlushRequest request) {
    String database = caller.database(request.getDbName());
    FlushResponse.Builder answer =
        FlushResponse.newBuilder().setStatus(Statuses.OK).setDbName(database);
    for (String name : request.getCollectionNamesList()) {
      DataCoord.Flush flush = proxy.flush(database, name);
      answer
          .putCollSegIDs(name, LongArray.newBuilder().addAllData(flush.sealed()).build())
          .putFlushCollSegIDs(name, LongArray.newBuilder().addAllData(flush.flushed()).build())
          .putCollSealTimes(name, Timestamps.physicalMillis(flush.timestamp()) / 1000)
          .putCollFlushTs(name, flush.timestamp())
          .putAllChannelCps(checkpoints(flush));
    }
    return answer.build();
  }

  /** By channel, where its log must be cut to before all that the flush sealed is in files. */
  private static Map<String, MsgPosition> checkpoints(DataCoord.Flush flush) {
    Map<String, MsgPosition> checkpoints = new TreeMap<>();
    flush
        .channelPositions()
        .forEach((channel, position) -> {
          ByteBuffer id = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          checkpoints.put(
              channel,
              MsgPosition.newBuilder()
                  .setChannelName(channel)
                  .setMsgID(ByteString.copyFrom(id.putLong(0, position)))
                  .setTimestamp(flush.timestamp())
                  .build());
        });
    return checkpoints;
  }

  /** The Java client tells only the segments, and the database. */
  private GetFlushStateResponse state(Caller caller, GetFlushStateRequest request) {
    boolean flushed =
        proxy.flushed(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getSegmentIDsList(),
            request.getFlushTs());
    return GetFlushStateResponse.newBuilder().setStatus(Statuses.OK).setFlushed(flushed).build();
  }

  /**
   * The timestamp is from before the first flush, so that each of them covers it and writes that go
   * on meanwhile need not be waited for. Log messages of the flush ({@code flush_all_msgs}) are not
   * there: nothing is written to the log for all collections at once.
   */
  private FlushAllResponse flushAll(Caller caller, FlushAllRequest request) {
    FlushAllResponse.Builder answer =
        FlushAllResponse.newBuilder().setStatus(Statuses.OK).setFlushAllTs(proxy.timestamp());
    Map<String, FlushAllResult.Builder> results = new TreeMap<>();
    Set<String> logs = new TreeSet<>();
    for (Target target : targets(caller, request.getDbName(), request.getFlushTargetsList())) {
      flushIfThere(target)
          .ifPresent(flush -> {
            flush
                .channelPositions()
                .keySet()
                .forEach(channel -> logs.add(Catalogue.physicalChannel(channel)));
            results
                .computeIfAbsent(
                    target.database(), name -> FlushAllResult.newBuilder().setDbName(name))
                .addCollectionResults(result(target.collection(), flush));
          });
    }
    results.values().forEach(answer::addFlushResults);
    return answer.setClusterInfo(ClusterInfo.newBuilder().addAllPchannels(logs)).build();
  }

  private static FlushCollectionResult result(String collection, DataCoord.Flush flush) {
    return FlushCollectionResult.newBuilder()
        .setCollectionName(collection)
        .setSegmentIds(LongArray.newBuilder().addAllData(flush.sealed()))
        .setFlushSegmentIds(LongArray.newBuilder().addAllData(flush.flushed()))
        .setSealTime(Timestamps.physicalMillis(flush.timestamp()) / 1000)
        .setFlushTs(flush.timestamp())
        .putAllChannelCps(checkpoints(flush))
        .build();
  }

  private GetFlushAllStateResponse stateOfAll(Caller caller, GetFlushAllStateRequest request) {
    long timestamp = request.getFlushAllTs();
    for (long other : request.getFlushAllTssMap().values()) {
      timestamp = Math.max(timestamp, other);
    }
    if (timestamp == 0) {
      throw ElanusException.invalid("FlushAllTss or FlushAllTs is required");
    }
    long until = timestamp;
    boolean flushed =
        targets(caller, request.getDbName(), request.getFlushTargetsList()).stream()
            .allMatch(
                target -> proxy.flushed(target.database(), target.collection(), List.of(), until));
    return GetFlushAllStateResponse.newBuilder().setStatus(Statuses.OK).setFlushed(flushed).build();
  }

  /** Empty for a collection that was dropped meanwhile. */
  private Optional<DataCoord.Flush> flushIfThere(Target target) {
    try {
      return Optional.of(proxy.flush(target.database(), target.collection()));
    } catch (ElanusException e) {
      if (e.code() == ErrorCode.COLLECTION_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What is named; else the collections of the named database; else all there are. */
  private List<Target> targets(Caller caller, String database, List<FlushAllTarget> named) {
    List<Target> targets = new ArrayList<>();
    for (FlushAllTarget target : named) {
      String where = caller.database(target.getDbName());
      if (target.getCollectionNamesCount() == 0) {
        addAll(targets, where);
      }
      target.getCollectionNamesList().forEach(name -> targets.add(new Target(where, name)));
    }
    if (named.isEmpty() && !database.isEmpty()) {
      addAll(targets, database);
    } else if (named.isEmpty()) {
      proxy.databases().forEach(each -> addAll(targets, each.name()));
    }
    return targets;
  }

  private void addAll(List<Target> targets, String database) {
    for (Catalogue.Collection collection : proxy.collections(database)) {
      targets.add(new Target(database, collection.name()));
    }
  }
}
