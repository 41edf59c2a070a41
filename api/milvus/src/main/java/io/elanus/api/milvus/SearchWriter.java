package io.elanus.api.milvus;

import io.elanus.api.milvus.proto.FieldData;
import io.elanus.api.milvus.proto.SearchIteratorV2Results;
import io.elanus.api.milvus.proto.SearchResultData;
import io.elanus.api.milvus.proto.SearchResults;
import io.elanus.roles.Proxy;
import java.util.Map;

/** Answers of searches: flat over all queries, one count for each (SearchResultData). */
final class SearchWriter {
  private SearchWriter() {}

  /**
   * @param name of the collection as the caller said it
   * @param parameters of the request: a plural group-by is answered in a field of its own
   */
  static SearchResults write(
      Proxy.SearchAnswer answer, String name, Map<String, String> parameters) {
    SearchResultData.Builder data =
        SearchResultData.newBuilder()
            .setNumQueries(answer.counts().length)
            .setIds(WireKeys.write(answer.ids()))
            .addAllOutputFields(answer.outputFields())
            .setAllSearchCount(answer.considered())
            .setPrimaryFieldName(answer.collection().schema().primaryKey().name());
    int most = 0;
    for (int count : answer.counts()) {
      data.addTopks(count);
      most = Math.max(most, count);
    }
    data.setTopK(most);
    for (float score : answer.scores()) {
      data.addScores(score);
    }
    for (Proxy.Output output : answer.outputs()) {
      data.addFieldsData(FieldDataWriter.write(output.field(), output.column()));
    }
    answer
        .groupBy()
        .map(output -> FieldDataWriter.write(output.field(), output.column()))
        .ifPresent(groups -> setGroups(data, groups, parameters));
    answer
        .iterator()
        .ifPresent(state ->
            data.setSearchIteratorV2Results(
                SearchIteratorV2Results.newBuilder()
                    .setToken(state.token())
                    .setLastBound(state.lastBound())));
    return SearchResults.newBuilder()
        .setStatus(Statuses.OK)
        .setResults(data)
        .setCollectionName(name)
        .setSessionTs(answer.timestamp())
        .build();
  }

  private static void setGroups(
      SearchResultData.Builder data, FieldData groups, Map<String, String> parameters) {
    if (parameters.getOrDefault("group_by_fields", "").isEmpty()) {
      data.setGroupByFieldValue(groups);
    } else {
      data.addGroupByFieldValues(groups);
    }
  }
}
