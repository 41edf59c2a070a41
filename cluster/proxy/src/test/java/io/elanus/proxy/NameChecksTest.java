package io.elanus.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.schema.ElanusException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class NameChecksTest {
  private static Arguments refused(Consumer<String> rule, String name, int code, String text) {
    return Arguments.of(rule, name, code, text);
  }

  static Stream<Arguments> refusals() {
    String longName = "a".repeat(256);
    return Stream.of(
        refused(NameChecks::checkCollection, "", 1100, "collection name should not be empty"),
        refused(
            NameChecks::checkCollection,
            "12-s",
            1100,
            "Invalid collection name: 12-s. the first character of a collection name must be an underscore or letter: invalid parameter"),
        refused(
            NameChecks::checkCollection,
            "a b",
            1100,
            "collection name can only contain numbers, letters and underscores"),
        refused(
            NameChecks::checkCollection,
            "é",
            1100,
            "the first character of a collection name must be an underscore or letter"),
        refused(
            NameChecks::checkCollection,
            longName,
            1100,
            "the length of a collection name must be less than 255 characters"),
        refused(NameChecks::checkAlias, " ", 1100, "collection alias should not be empty"),
        refused(
            NameChecks::checkAlias,
            "1a",
            1100,
            "Invalid collection alias: 1a. the first character of a collection alias must be an underscore or letter"),
        refused(
            NameChecks::checkAlias,
            longName,
            1100,
            "the length of a collection alias must be less than 255 characters"),
        refused(
            NameChecks::checkDatabase,
            "1a",
            802,
            "the first character of a database name must be an underscore or letter: invalid database name[database=1a]"),
        refused(NameChecks::checkDatabase, "", 802, "database name couldn't be empty"),
        refused(
            NameChecks::checkDatabase,
            "a$",
            802,
            "database name can only contain numbers, letters and underscores"),
        refused(
            NameChecks::checkDatabase,
            longName,
            802,
            "the length of a database name must be less than 255 characters"),
        refused(
            NameChecks::checkPartition,
            "",
            1100,
            "Invalid partition name: . Partition name should not be empty."),
        refused(
            NameChecks::checkPartition,
            "$p",
            1100,
            "Invalid partition name: $p. The first character of a partition name must be an underscore or letter."),
        refused(
            NameChecks::checkPartition,
            "p$",
            1100,
            "Invalid partition name: p$. Partition name can only contain numbers, letters and underscores."),
        refused(
            NameChecks::checkPartition,
            longName,
            1100,
            "The length of a partition name must be less than 255 characters."),
        refused(
            NameChecks::checkIndex,
            "1i",
            1100,
            "Invalid index name: 1i. The first character of a index name must be an underscore or letter."),
        refused(
            NameChecks::checkIndex,
            "i-",
            1100,
            "Invalid index name: i-. Index name can only contain numbers, letters, and underscores."),
        refused(
            NameChecks::checkIndex,
            longName,
            1100,
            "The length of a index name must be less than 255 characters."));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Consumer<String> rule, String name, int code, String text) {
    ElanusException refusal = catchThrowableOfType(ElanusException.class, () -> rule.accept(name));
    assertThat(refusal).isNotNull();
    assertThat(refusal.code().milvusCode()).isEqualTo(code);
    assertThat(refusal.getMessage()).contains(text);
  }

  @Test
  void accepts() {
    assertThatCode(
            () -> {
              NameChecks.checkCollection("_a1");
              NameChecks.checkCollection("a".repeat(255));
              NameChecks.checkAlias("Alias");
              NameChecks.checkDatabase("db_1");
              NameChecks.checkPartition("2024-01");
              NameChecks.checkField("_f1");
              NameChecks.checkIndex("i[0]");
            })
        .doesNotThrowAnyException();
  }
}
