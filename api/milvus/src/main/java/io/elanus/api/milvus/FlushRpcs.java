package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getFlushAllMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getFlushMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetFlushAllStateMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetFlushStateMethod;

import io.elanus.api.milvus.proto.FlushAllRequest;
import io.elanus.api.milvus.proto.FlushAllResponse;
import io.elanus.api.milvus.proto.FlushAllTarget;
import io.elanus.api.milvus.proto.FlushRequest;
import io.elanus.api.milvus.proto.FlushResponse;
import io.elanus.api.milvus.proto.GetFlushAllStateRequest;
import io.elanus.api.milvus.proto.GetFlushAllStateResponse;
import io.elanus.api.milvus.proto.GetFlushStateRequest;
import io.elanus.api.milvus.proto.GetFlushStateResponse;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Flush and how far it got (grpc-contract §4.9). */
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
          .putCollFlushTs(name, flush.timestamp());
    }
    return answer.build();
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

  private FlushAllResponse flushAll(Caller caller, FlushAllRequest request) {
    long timestamp = proxy.timestamp();
    for (Target target : targets(caller, request.getDbName(), request.getFlushTargetsList())) {
      long flushed = ifThere(() -> proxy.flush(target.database(), target.collection()).timestamp());
      timestamp = Math.max(timestamp, flushed);
    }
    return FlushAllResponse.newBuilder().setStatus(Statuses.OK).setFlushAllTs(timestamp).build();
  }

  private GetFlushAllStateResponse stateOfAll(Caller caller, GetFlushAllStateRequest request) {
    long timestamp = request.getFlushAllTs();
    for (long other : request.getFlushAllTssMap().values()) {
      timestamp = Math.max(timestamp, other);
    }
    if (timestamp == 0) {
      throw ElanusException.invalid("FlushAllTss or FlushAllTs is required");
    }
    for (Target target : targets(caller, request.getDbName(), request.getFlushTargetsList())) {
      long until = timestamp;
      long flushed =
          ifThere(() ->
              proxy.flushed(target.database(), target.collection(), List.of(), until) ? 0 : 1);
      if (flushed != 0) {
        return GetFlushAllStateResponse.newBuilder()
            .setStatus(Statuses.OK)
            .setFlushed(false)
            .build();
      }
    }
    return GetFlushAllStateResponse.newBuilder().setStatus(Statuses.OK).setFlushed(true).build();
  }

  /** 0 for a collection that was dropped meanwhile. */
  private static long ifThere(LongSupplier action) {
    try {
      return action.getAsLong();
    } catch (ElanusException e) {
      if (e.code() == ErrorCode.COLLECTION_NOT_FOUND) {
        return 0;
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
