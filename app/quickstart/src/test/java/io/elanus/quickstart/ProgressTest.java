package io.elanus.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static String told(boolean terminal, int texts, int batch) {
    var bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Progress progress = new Progress(out, terminal, texts);
    for (int done = batch; done < texts + batch; done += batch) {
      progress.stored(Math.min(texts, done), done / 100.0);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFileGetsFewWholeLines() {
    assertThat(told(false, 1398, 32).lines())
        .containsExactly(
            "embedded and stored 352 of 1,398 texts in 4 s",
            "embedded and stored 704 of 1,398 texts in 7 s",
            "embedded and stored 1,056 of 1,398 texts in 11 s",
            "embedded and stored 1,398 of 1,398 texts in 14 s");
    assertThat(told(false, 3, 32).lines()).hasSize(1);
  }

  @Test
  void aTerminalGetsOneLineThatIsWrittenOver() {
    String told = told(true, 1398, 32);
    assertThat(told.lines().filter(line -> !line.isEmpty())).hasSize(44);
    assertThat(told).startsWith("\rembedded and stored 32 of 1,398").doesNotContain("\r\r");
    assertThat(told.chars().filter(c -> c == '\n').count()).isEqualTo(1);
  }
}
