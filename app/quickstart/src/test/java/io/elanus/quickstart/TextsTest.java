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
    assertThat(texts.texts()).hasSize(1398);
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
  }

  @Test
  void aFileThatIsNoneIsToldInASentence(@TempDir Path folder) throws IOException {
    refused(folder, "{\"txt\": 1}\n", " line 1 has no key \"text\"");
    refused(folder, "{\"text\": \"a\"}\nsome words\n", " line 2 is not JSON");
    refused(folder, "\n[1]\n", " line 2 is not a JSON object");
    refused(folder, "{\"text\": null}\n", " line 1 has no text under the key \"text\"");
    refused(
        folder,
        "{\"text\": \"a\", \"title\": {}}\n",
        " line 1 has no text under the key \"title\"");
    refused(folder, "\n \n", " has no texts in it");
    Path missing = folder.resolve("none.jsonl");
    assertThatThrownBy(() -> Texts.jsonLines(missing)).hasMessage("there is no file " + missing);
    Path latin = Files.write(folder.resolve("latin"), new byte[] {(byte) 0xe9, '\n'});
    assertThatThrownBy(() -> Texts.jsonLines(latin)).hasMessage(latin + " is not UTF-8 text");
  }

  private static void refused(Path folder, String content, String told) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.jsonl"), content);
    assertThatThrownBy(() -> Texts.jsonLines(file)).hasMessage(file + told);
  }

  @Test
  void gainOfTheIdealRankingIsOne() {
    assertThat(Ndcg.at10(List.of(1L, 2L, 9L), Set.of(1L, 2L))).isCloseTo(1, within(1e-12));
    assertThat(Ndcg.at10(List.of(9L, 1L), Set.of(1L)))
        .isCloseTo(Math.log(2) / Math.log(3), within(1e-12));
    assertThat(Ndcg.at10(List.of(5L), Set.of())).isZero();
  }
}
