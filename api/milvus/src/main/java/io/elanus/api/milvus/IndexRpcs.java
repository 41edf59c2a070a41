package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getAlterIndexMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getCreateIndexMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDescribeIndexMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDropIndexMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetIndexBuildProgressMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetIndexStateMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getGetIndexStatisticsMethod;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.elanus.api.milvus.proto.AlterIndexRequest;
import io.elanus.api.milvus.proto.CreateIndexRequest;
import io.elanus.api.milvus.proto.DescribeIndexRequest;
import io.elanus.api.milvus.proto.DescribeIndexResponse;
import io.elanus.api.milvus.proto.DropIndexRequest;
import io.elanus.api.milvus.proto.GetIndexBuildProgressRequest;
import io.elanus.api.milvus.proto.GetIndexBuildProgressResponse;
import io.elanus.api.milvus.proto.GetIndexStateRequest;
import io.elanus.api.milvus.proto.GetIndexStateResponse;
import io.elanus.api.milvus.proto.GetIndexStatisticsRequest;
import io.elanus.api.milvus.proto.GetIndexStatisticsResponse;
import io.elanus.api.milvus.proto.IndexDescription;
import io.elanus.api.milvus.proto.IndexState;
import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.api.milvus.proto.Status;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The calls of milvus.proto about indexes. */
final class IndexRpcs {
  private final Proxy proxy;

  IndexRpcs(Proxy proxy) {
    this.proxy = proxy;
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getCreateIndexMethod(), this::create)
        .add(getDescribeIndexMethod(), this::describe)
        .add(getDropIndexMethod(), this::drop)
        .add(getAlterIndexMethod(), this::alter)
        .add(getGetIndexStatisticsMethod(), this::statistics)
        .add(getGetIndexStateMethod(), this::state)
        .add(getGetIndexBuildProgressMethod(), this::buildProgress);
  }

  private Status create(Caller caller, CreateIndexRequest request) {
    proxy.createIndex(
        new Proxy.CreateIndexRequest(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getFieldName(),
            request.getIndexName(),
            flattened(request.getExtraParamsList())));
    return Statuses.OK;
  }

  /** Flat keys, and the keys of the JSON object under {@code params}; clients send either. */
  static Map<String, String> flattened(List<KeyValuePair> pairs) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (KeyValuePair pair : pairs) {
      if (!pair.getKey().equals("params")) {
        parameters.put(pair.getKey(), pair.getValue());
      } else if (!pair.getValue().isBlank()) {
        object(pair.getValue())
            .properties()
            .forEach(entry -> parameters.put(entry.getKey(), text(entry.getValue())));
      }
    }
    return parameters;
  }

  private static JsonNode object(String text) {
    try {
      JsonNode node = Values.Json.MAPPER.readTree(text);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      // told below
    }
    throw ElanusException.invalid("index params are not a JSON object: " + text);
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  private DescribeIndexResponse describe(Caller caller, DescribeIndexRequest request) {
    DescribeIndexResponse.Builder answer =
        DescribeIndexResponse.newBuilder().setStatus(Statuses.OK);
    describe(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getIndexName(),
            request.getFieldName())
        .forEach(index -> answer.addIndexDescriptions(description(index)));
    return answer.build();
  }

  private List<Proxy.IndexDescription> describe(
      String database, String collection, String index, String field) {
    return proxy.describeIndexes(database, collection, index.isEmpty() ? field : index);
  }

  private static IndexDescription description(Proxy.IndexDescription index) {
    IndexCoord.Progress progress = index.progress();
    return IndexDescription.newBuilder()
        .setIndexName(index.definition().name())
        .setIndexID(index.definition().id())
        .setFieldName(index.field())
        .addAllParams(Pairs.list(index.definition().parameters()))
        .addAllParams(Pairs.list(IndexFacts.of(index.builtAs(), progress)))
        .setIndexedRows(progress.indexedRows())
        .setTotalRows(progress.totalRows())
        .setPendingIndexRows(Math.max(0, progress.totalRows() - progress.indexedRows()))
        .setState(state(progress.state()))
        .setIndexStateFailReason(progress.failReason())
        .build();
  }

  private static IndexState state(IndexCoord.BuildState state) {
    return switch (state) {
      case IN_PROGRESS -> IndexState.InProgress;
      case FINISHED -> IndexState.Finished;
      case FAILED -> IndexState.Failed;
    };
  }

  private Status drop(Caller caller, DropIndexRequest request) {
    String index = request.getIndexName();
    proxy.dropIndex(
        caller.database(request.getDbName()),
        request.getCollectionName(),
        index.isEmpty() ? request.getFieldName() : index);
    return Statuses.OK;
  }

  private Status alter(Caller caller, AlterIndexRequest request) {
    proxy.alterIndex(
        caller.database(request.getDbName()),
        request.getCollectionName(),
        request.getIndexName(),
        Pairs.map(request.getExtraParamsList()),
        request.getDeleteKeysList());
    return Statuses.OK;
  }

  private GetIndexStatisticsResponse statistics(Caller caller, GetIndexStatisticsRequest request) {
    GetIndexStatisticsResponse.Builder answer =
        GetIndexStatisticsResponse.newBuilder().setStatus(Statuses.OK);
    describe(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getIndexName(),
            "")
        .forEach(index -> answer.addIndexDescriptions(description(index)));
    return answer.build();
  }

  private GetIndexStateResponse state(Caller caller, GetIndexStateRequest request) {
    IndexCoord.Progress progress =
        describe(
                caller.database(request.getDbName()),
                request.getCollectionName(),
                request.getIndexName(),
                request.getFieldName())
            .getFirst()
            .progress();
    return GetIndexStateResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setState(state(progress.state()))
        .setFailReason(progress.failReason())
        .build();
  }

  private GetIndexBuildProgressResponse buildProgress(
      Caller caller, GetIndexBuildProgressRequest request) {
    IndexCoord.Progress progress =
        describe(
                caller.database(request.getDbName()),
                request.getCollectionName(),
                request.getIndexName(),
                request.getFieldName())
            .getFirst()
            .progress();
    return GetIndexBuildProgressResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setIndexedRows(progress.indexedRows())
        .setTotalRows(progress.totalRows())
        .build();
  }
}
