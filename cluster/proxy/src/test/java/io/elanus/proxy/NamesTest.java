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

final class NamesTest {
  private static Arguments refused(Consumer<String> rule, String name, int code, String text) {
    return Arguments.of(rule, name, code, text);
  }

  static Stream<Arguments> refusals() {
    String longName = "a".repeat(256);
    return Stream.of(
        refused(Names::checkCollection, "", 1100, "collection name should not be empty"),
        refused(
            Names::checkCollection,
            "12-s",
            1100,
            "Invalid collection name: 12-s. the first character of a collection name must be an underscore or letter: invalid parameter"),
        refused(
            Names::checkCollection,
            "a b",
            1100,
            "collection name can only contain numbers, letters and underscores"),
        refused(
            Names::checkCollection,
            "é",
            1100,
            "the first character of a collection name must be an underscore or letter"),
        refused(
            Names::checkCollection,
            longName,
            1100,
            "the length of a collection name must be less than 255 characters"),
        refused(Names::checkAlias, " ", 1100, "collection alias should not be empty"),
        refused(
            Names::checkAlias,
            "1a",
            1100,
            "Invalid collection alias: 1a. the first character of a collection alias must be an underscore or letter"),
        refused(
            Names::checkAlias,
            longName,
            1100,
            "the length of a collection alias must be less than 255 characters"),
        refused(
            Names::checkDatabase,
            "1a",
            802,
            "the first character of a database name must be an underscore or letter: invalid database name[database=1a]"),
        refused(Names::checkDatabase, "", 802, "database name couldn't be empty"),
        refused(
            Names::checkDatabase,
            "a$",
            802,
            "database name can only contain numbers, letters and underscores"),
        refused(
            Names::checkDatabase,
            longName,
            802,
            "the length of a database name must be less than 255 characters"),
        refused(
            Names::checkPartition,
            "",
            1100,
            "Invalid partition name: . Partition name should not be empty."),
        refused(
            Names::checkPartition,
            "$p",
            1100,
            "Invalid partition name: $p. The first character of a partition name must be an underscore or letter."),
        refused(
            Names::checkPartition,
            "p$",
            1100,
            "Invalid partition name: p$. Partition name can only contain numbers, letters and underscores."),
        refused(
            Names::checkPartition,
            longName,
            1100,
            "The length of a partition name must be less than 255 characters."),
        refused(
            Names::checkIndex,
            "1i",
            1100,
            "Invalid index name: 1i. The first character of a index name must be an underscore or letter."),
        refused(
            Names::checkIndex,
            "i-",
            1100,
            "Invalid index name: i-. Index name can only contain numbers, letters, and underscores."),
        refused(
            Names::checkIndex,
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
              Names.checkCollection("_a1");
              Names.checkCollection("a".repeat(255));
              Names.checkAlias("Alias");
              Names.checkDatabase("db_1");
              Names.checkPartition("2024-01");
              Names.checkField("_f1");
              Names.checkIndex("i[0]");
            })
        .doesNotThrowAnyException();
  }
}
