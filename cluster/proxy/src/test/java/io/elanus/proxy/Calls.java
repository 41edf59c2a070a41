package io.elanus.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.roles.Proxy;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Requests in few words. */
final class Calls {
  private Calls() {}

  static Proxy.InsertRequest insert(String collection, int rows, Map<String, Column> columns) {
    return new Proxy.InsertRequest("default", collection, "", rows, columns, 0);
  }

  static Proxy.UpsertRequest upsert(String collection, int rows, Map<String, Column> columns) {
    return new Proxy.UpsertRequest(insert(collection, rows, columns), false, Map.of());
  }

  static Proxy.UpsertRequest partial(
      String collection,
      int rows,
      Map<String, Column> columns,
      Map<String, Proxy.ArrayOperation> operations) {
    return new Proxy.UpsertRequest(insert(collection, rows, columns), true, operations);
  }

  static Proxy.DeleteRequest delete(String collection, String filter) {
    return new Proxy.DeleteRequest(
        "default", collection, "", filter, Map.of(), Proxy.ReadLevel.STRONG);
  }

  static Proxy.SearchRequest search(
      String collection, Column vectors, Map<String, String> parameters, String... outputs) {
    return search(collection, "", vectors, parameters, outputs);
  }

  static Proxy.SearchRequest search(
      String collection,
      String filter,
      Column vectors,
      Map<String, String> parameters,
      String... outputs) {
    return new Proxy.SearchRequest(
        "default",
        collection,
        List.of(),
        filter,
        Map.of(),
        new Proxy.SearchInput.Vectors(vectors),
        parameters,
        List.of(outputs),
        Proxy.ReadLevel.STRONG);
  }

  static Proxy.QueryRequest query(
      String collection, String filter, Map<String, String> parameters, String... outputs) {
    return new Proxy.QueryRequest(
        "default",
        collection,
        List.of(),
        filter,
        Map.of(),
        parameters,
        List.of(outputs),
        Proxy.ReadLevel.STRONG);
  }

  static Map<String, String> with(Map<String, String> parameters, String key, String value) {
    Map<String, String> more = new HashMap<>(parameters);
    more.put(key, value);
    return more;
  }

  static List<Object> values(Proxy.QueryAnswer answer, String field) {
    return answer.outputs().stream()
        .filter(output -> output.field().name().equals(field))
        .findFirst()
        .map(output -> values(output.column()))
        .orElseThrow();
  }

  static List<Object> values(Column column) {
    List<Object> values = new ArrayList<>();
    for (int row = 0; row < column.rows(); row++) {
      values.add(column.value(row));
    }
    return values;
  }

  /** The call fails with this Milvus code and this fragment. */
  static void assertRefused(int code, String fragment, ThrowingCallable call) {
    ElanusException refusal = catchThrowableOfType(ElanusException.class, call);
    assertThat(refusal).as(fragment).isNotNull();
    assertThat(refusal.getMessage()).contains(fragment);
    assertThat(refusal.code().milvusCode()).isEqualTo(code);
  }
}
