package io.elanus.index.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScalarIndexParametersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VARCHAR | NONSENSE | invalid parameter[expected=valid index][actual=invalid index type: NONSENSE]",
        "FLOAT_VECTOR | INVERTED | data type FloatVector can't build with this index INVERTED: invalid parameter",
        "FLOAT | BITMAP | bitmap index are only supported on bool, int, string and array field: invalid parameter",
        "BOOL | STL_SORT | STL_SORT are only supported on numeric, varchar or timestamptz field, got Bool: invalid parameter",
        "ARRAY | STL_SORT | STL_SORT are only supported on numeric, varchar or timestamptz field, got Array: invalid parameter",
        "INT64 | Trie | TRIE are only supported on varchar field: invalid parameter",
        "INT64 | RTREE | RTREE index can only be built on geometry field: invalid parameter",
        "VARCHAR | NGRAM | NGRAM index is not supported yet: unsupported operation",
        "JSON | INVERTED | json index must specify cast type: missing parameter"
      })
  void whatCannotBeBuiltIsRefused(DataType type, String index, String message) {
    assertRefused(type, index, Map.of(), message);
  }

  @Test
  void aBitmapOnThePrimaryKeyIsRefused() {
    FieldSchema key =
        new FieldSchema(
            100,
            "id",
            "",
            DataType.INT64,
            Optional.empty(),
            true,
            false,
            false,
            false,
            false,
            false,
            Optional.empty(),
            Map.of());
    assertThatThrownBy(() -> ScalarIndexParameters.validate(key, "BITMAP", Map.of()))
        .hasMessage("create bitmap index on primary key not supported: invalid parameter");
    assertThat(ScalarIndexParameters.validate(key, "INVERTED", Map.of()).kind())
        .isEqualTo(ScalarIndexSpec.Kind.INVERTED);
  }

  @Test
  void aJsonPathIsReadAsInAFilter() {
    assertThat(json("INVERTED", "varchar", "v[\"a\"]['b'][0]"))
        .isEqualTo(
            new ScalarIndexSpec(
                ScalarIndexSpec.Kind.INVERTED,
                List.of("a", "b", "0"),
                Optional.of(ScalarIndexSpec.JsonCast.VARCHAR)));
    assertThat(json("INVERTED", "DOUBLE", "v").path()).isEmpty();
  }

  @Test
  void jsonParametersThatDoNotFitAreRefused() {
    assertRefused(
        DataType.JSON,
        "INVERTED",
        Map.of("json_cast_type", "ARRAY_DOUBLE"),
        "json_cast_type ARRAY_DOUBLE is not supported: invalid parameter");
    assertRefused(
        DataType.JSON,
        "BITMAP",
        Map.of("json_cast_type", "DOUBLE"),
        "json_cast_type DOUBLE is not supported for BITMAP index: invalid parameter");
    assertRefused(
        DataType.JSON,
        "INVERTED",
        Map.of("json_cast_type", "DOUBLE", "json_cast_function", "STRING_TO_DOUBLE"),
        "json_cast_function STRING_TO_DOUBLE is not supported: invalid parameter");
    assertThatThrownBy(() -> json("INVERTED", "DOUBLE", "v[a]"))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("cannot parse json path: v[a]");
  }

  private static void assertRefused(
      DataType type, String index, Map<String, String> parameters, String message) {
    assertThatThrownBy(() -> ScalarIndexParameters.validate(field(type), index, parameters))
        .isInstanceOf(ElanusException.class)
        .hasMessage(message);
  }

  private static ScalarIndexSpec json(String index, String cast, String path) {
    return ScalarIndexParameters.validate(
        field(DataType.JSON), index, Map.of("json_cast_type", cast, "json_path", path));
  }

  private static FieldSchema field(DataType type) {
    return new FieldSchema(
        100,
        "v",
        "",
        type,
        type == DataType.ARRAY ? Optional.of(DataType.INT64) : Optional.empty(),
        false,
        false,
        false,
        false,
        true,
        false,
        Optional.empty(),
        Map.of());
  }
}
