package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getHybridSearchMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getQueryMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getSearchMethod;

import io.elanus.api.milvus.proto.HybridSearchRequest;
import io.elanus.api.milvus.proto.QueryRequest;
import io.elanus.api.milvus.proto.QueryResults;
import io.elanus.api.milvus.proto.SearchRequest;
import io.elanus.api.milvus.proto.SearchResults;
import io.elanus.roles.Proxy;
import java.util.List;
import java.util.Map;

/** Search, HybridSearch, Query of milvus.proto. */
final class SearchRpcs {
  private final Proxy proxy;
  private final RowMeters meters;

  SearchRpcs(Proxy proxy, RowMeters meters) {
    this.proxy = proxy;
    this.meters = meters;
  }

  void addTo(Rpcs rpcs) {
    rpcs.addRead(getSearchMethod(), this::search, ReadKinds::of)
        .add(getHybridSearchMethod(), this::hybridSearch)
        .addRead(getQueryMethod(), this::query, ReadKinds::of);
  }

  private SearchResults search(Caller caller, SearchRequest request) {
    String database = caller.database(request.getDbName());
    Unserved.checkParameters(Pairs.map(request.getSearchParamsList()));
    Proxy.SearchAnswer answer =
        proxy.search(translate(caller, request, database, request.getCollectionName()));
    Map<String, String> parameters = Pairs.map(request.getSearchParamsList());
    meters.searched(answer.counts().length);
    return SearchWriter.write(answer, request.getCollectionName(), parameters);
  }

  private static Proxy.SearchRequest translate(
      Caller caller, SearchRequest request, String database, String name) {
    Map<String, String> parameters = Pairs.map(request.getSearchParamsList());
    return new Proxy.SearchRequest(
        database,
        name,
        request.getPartitionNamesList(),
        request.getDsl(),
        Values.templates(caller, request.getDsl(), request::getExprTemplateValuesMap),
        input(request),
        parameters,
        request.getOutputFieldsList(),
        ReadLevels.of(
            request.getUseDefaultConsistency(),
            request.getConsistencyLevel(),
            request.getGuaranteeTimestamp()));
  }

  private static Proxy.SearchInput input(SearchRequest request) {
    return request.hasIds()
        ? new Proxy.SearchInput.StoredKeys(WireKeys.read(request.getIds()))
        : new Proxy.SearchInput.Vectors(
            PlaceholderReader.read(request.getPlaceholderGroup(), request.getNq()));
  }

  private SearchResults hybridSearch(Caller caller, HybridSearchRequest request) {
    String database = caller.database(request.getDbName());
    String name = request.getCollectionName();
    for (SearchRequest part : request.getRequestsList()) {
      Unserved.checkParameters(Pairs.map(part.getSearchParamsList()));
    }
    List<Proxy.SearchRequest> requests =
        request.getRequestsList().stream()
            .map(part -> translate(caller, part, database, name))
            .toList();
    Map<String, String> rankParameters = Pairs.map(request.getRankParamsList());
    if (request.hasFunctionScore()) {
      rankParameters = RankFunctions.merge(rankParameters, request.getFunctionScore());
    }
    Proxy.SearchAnswer answer =
        proxy.hybridSearch(
            new Proxy.HybridSearchRequest(
                database,
                name,
                request.getPartitionNamesList(),
                requests,
                rankParameters,
                request.getOutputFieldsList(),
                ReadLevels.of(
                    request.getUseDefaultConsistency(),
                    request.getConsistencyLevel(),
                    request.getGuaranteeTimestamp())));
    meters.searched(answer.counts().length);
    return SearchWriter.write(answer, name, rankParameters);
  }

  private QueryResults query(Caller caller, QueryRequest request) {
    Map<String, String> parameters = Pairs.map(request.getQueryParamsList());
    Unserved.checkParameters(parameters);
    Proxy.QueryAnswer answer =
        proxy.query(
            new Proxy.QueryRequest(
                caller.database(request.getDbName()),
                request.getCollectionName(),
                request.getPartitionNamesList(),
                request.getExpr(),
                Values.templates(caller, request.getExpr(), request::getExprTemplateValuesMap),
                parameters,
                request.getOutputFieldsList(),
                ReadLevels.of(
                    request.getUseDefaultConsistency(),
                    request.getConsistencyLevel(),
                    request.getGuaranteeTimestamp())));
    QueryResults.Builder results =
        QueryResults.newBuilder()
            .setStatus(Statuses.OK)
            .setCollectionName(request.getCollectionName())
            .addAllOutputFields(answer.outputFields())
            .setSessionTs(answer.timestamp())
            .setPrimaryFieldName(answer.collection().schema().primaryKey().name());
    for (Proxy.Output output : answer.outputs()) {
      results.addFieldsData(FieldDataWriter.write(output.field(), output.column()));
    }
    return results.build();
  }
}
