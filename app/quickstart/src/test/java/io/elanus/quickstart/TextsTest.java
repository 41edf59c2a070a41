package io.elanus.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextsTest {
  @Test
  void cranfieldHasItsAbstractsAndJudgedQuestions() throws IOException {
    Texts texts = Texts.cranfield(Path.of("../../examples/cranfield"));
    assertThat(texts.texts().size()).isBetween(1390, 1400);
    assertThat(texts.questions())
        .hasSize(225)
        .allSatisfy(judged -> assertThat(judged.relevant()).isNotEmpty());
    assertThat(texts.questions().getFirst().question())
        .startsWith("what similarity laws must be obeyed");
    assertThat(texts.questions().getFirst().relevant()).contains(184L, 29L);
  }

  @Test
  void linesOfOnesOwn(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.jsonl"),
            "{\"text\": \"a\"}\n\n{\"title\": \"b\", \"text\": \"c\"}\n");
    assertThat(Texts.jsonLines(file).texts())
        .containsExactly(new Texts.Text(1, "", "a"), new Texts.Text(3, "b", "c"));
    Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"txt\": 1}\n");
    assertThatThrownBy(() -> Texts.jsonLines(bad)).hasMessageContaining("line 1");
  }

  @Test
  void gainOfTheIdealRankingIsOne() {
    assertThat(Ndcg.at10(List.of(1L, 2L, 9L), Set.of(1L, 2L))).isCloseTo(1, within(1e-12));
    assertThat(Ndcg.at10(List.of(9L, 1L), Set.of(1L)))
        .isCloseTo(Math.log(2) / Math.log(3), within(1e-12));
    assertThat(Ndcg.at10(List.of(5L), Set.of())).isZero();
  }
}
