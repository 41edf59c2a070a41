package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.api.milvus.proto.TemplateValue;
import io.elanus.expression.FilterParser;
import io.elanus.schema.Value;
import io.grpc.Metadata;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CallerTest {
  @Test
  void aJavaClientOfLineTwoGetsThatLinesAnswersForAbsentJson() {
    assertThat(identified(Caller.identifier(7, "Java", "2.6.22")).absentIsFalse()).isTrue();
    assertThat(identified(Caller.identifier(7, "Java", "v2.4.1")).absentIsFalse()).isTrue();
    assertThat(identified(Caller.identifier(7, "Java", "3.0.0")).absentIsFalse()).isFalse();
    assertThat(identified(Caller.identifier(7, "Python", "2.6.17")).absentIsFalse()).isFalse();
    assertThat(identified(Caller.identifier(7, "", "")).absentIsFalse()).isFalse();
    assertThat(Caller.of(new Metadata()).absentIsFalse()).isFalse();
  }

  @Test
  void theHintTravelsWithTheTemplates() {
    Caller older = identified(-7);
    assertThat(Values.templates(older, "", Map::of))
        .containsOnly(Map.entry(FilterParser.ABSENT_IS_FALSE, new Value.Bool(true)));
    assertThat(Values.templates(identified(7), "", Map::of)).isEmpty();
  }

  @Test
  void templatesAreReadWhenTheFilterNamesOne() {
    TemplateValue five = TemplateValue.newBuilder().setInt64Val(5).build();
    assertThat(Values.templates(identified(7), "id == {wanted}", () -> Map.of("wanted", five)))
        .containsOnly(Map.entry("wanted", new Value.Int(5)));
    assertThat(
            Values.templates(
                identified(7),
                "id == 5",
                () -> {
                  throw new AssertionError("asked for");
                }))
        .isEmpty();
  }

  private static Caller identified(long identifier) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("identifier", Metadata.ASCII_STRING_MARSHALLER), Long.toString(identifier));
    return Caller.of(headers);
  }
}
