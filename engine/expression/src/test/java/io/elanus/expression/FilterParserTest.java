package io.elanus.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FilterParserTest {
  @Test
  void blankMatchesEverything() {
    assertThat(parse("")).isEqualTo(new Filter.Everything());
    assertThat(parse(" \t\n")).isEqualTo(new Filter.Everything());
  }

  @Test
  void messagesCarryTheExpressionAndTheReason() {
    assertMessage(
        "nope > 5",
        "cannot parse expression: nope > 5, error: field nope not exist: invalid parameter");
    assertMessage(
        "s == 0",
        "cannot parse expression: s == 0, error: comparisons between VarChar and Int64 are not"
            + " supported: invalid parameter");
    assertMessage(
        "id in [1.0, 2.0]",
        "cannot parse expression: id in [1.0, 2.0], error: value 'float_val:1' in list cannot be"
            + " casted to Int64: invalid parameter");
    assertMessage(
        "i8", "predicate is not a boolean expression: i8, data type: Int8: invalid parameter");
    assertMessage(
        "color == 1",
        "cannot parse expression: color == 1, error: field color not exist: invalid parameter");
    assertMessage(
        "i > ISO '2025-01-01T00:00:00Z'",
        "cannot parse expression: i > ISO '2025-01-01T00:00:00Z', error: field 'i' is not a"
            + " timestamptz datatype: invalid parameter");
  }

  @Test
  void theSameTextIsTypedAgainForAnotherSchemaAndOtherTemplates() {
    assertThat(FilterParser.parse("color == 1", Schemas.DYNAMIC, Map.of()))
        .isInstanceOf(Filter.Compare.class);
    assertThatThrownBy(() -> parse("color == 1")).isInstanceOf(ElanusException.class);
    for (long value : new long[] {1, 2}) {
      Filter filter =
          FilterParser.parse("i > {x}", Schemas.STRICT, Map.of("x", new Value.Int(value)));
      assertThat(((Filter.Compare) filter).value()).isEqualTo(new Value.Int(value));
    }
  }

  @Test
  void templatesFollowTheRulesOfLiterals() {
    Map<String, Value> templates =
        Map.of(
            "half", new Value.Real(0.5),
            "list", new Value.Many(List.of(new Value.Int(1))),
            "bad", new Value.Text("["));
    for (String text :
        List.of("i == {half}", "i in {half}", "s == {list}", "s =~ {bad}", "i < {missing}")) {
      assertThatThrownBy(() -> FilterParser.parse(text, Schemas.STRICT, templates))
          .as(text)
          .isInstanceOf(ElanusException.class)
          .hasMessageStartingWith("cannot parse expression: " + text);
    }
  }

  private static void assertMessage(String text, String message) {
    assertThatThrownBy(() -> parse(text)).hasMessage(message);
  }

  private static Filter parse(String text) {
    return FilterParser.parse(text, Schemas.STRICT, Map.of());
  }
}
