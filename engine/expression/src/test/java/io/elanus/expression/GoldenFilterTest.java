package io.elanus.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Filters and what they turn into, one pair of lines each. {@code -Dgolden.update=true} writes the
 * second lines anew; review the difference.
 */
final class GoldenFilterTest {
  private static final Path GOLDEN =
      Path.of("src/test/resources/io/elanus/expression/filters.golden");
  private static final Map<String, Value> TEMPLATES =
      Map.of(
          "ids",
          new Value.Many(List.of(new Value.Int(7), new Value.Int(5))),
          "lo",
          new Value.Int(3),
          "p",
          new Value.Text("a+"),
          "x",
          new Value.Real(1.5));

  @Test
  void filtersBecomeWhatTheGoldenFileSays() throws IOException {
    List<String> expected = Files.readAllLines(GOLDEN);
    List<String> actual = new ArrayList<>();
    for (String line : expected) {
      if (line.startsWith("  ")) {
        continue;
      }
      actual.add(line);
      if (!line.isBlank() && !line.startsWith("#")) {
        actual.add("  " + outcome(line));
      }
    }
    if (Boolean.getBoolean("golden.update")) {
      Files.write(GOLDEN, actual);
    }
    assertThat(actual).isEqualTo(expected);
  }

  private static String outcome(String text) {
    try {
      Filter filter = FilterParser.parse(text, Schemas.DYNAMIC, TEMPLATES);
      return "→ " + new FilterPrinter(Schemas.DYNAMIC).print(filter);
    } catch (ElanusException e) {
      return "✗ " + e.leading().replace("cannot parse expression: " + text + ", error: ", "");
    }
  }
}
