package io.elanus.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON objects as lines for people. */
final class Table {
  private Table() {}

  /** Objects with the same names as columns of text; a line that says so where there is none. */
  static String of(JsonNode rows) {
    Set<String> columns = new LinkedHashSet<>();
    rows.forEach(row -> row.fieldNames().forEachRemaining(columns::add));
    if (columns.isEmpty()) {
      return "none\n";
    }
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns.stream().map(name -> name.replace('_', ' ')).toList());
    rows.forEach(row -> lines.add(columns.stream().map(name -> text(row.path(name))).toList()));
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int column = i;
      widths.add(lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0));
    }
    return lines.stream().map(line -> padded(line, widths)).collect(Collectors.joining());
  }

  private static String padded(List<String> cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i)).repeat(' ', widths.get(i) - cells.get(i).length() + 2);
    }
    return line.toString().stripTrailing() + "\n";
  }

  /** One object as {@code name=value …}; what is empty is left out, and {@code msg}. */
  static String line(JsonNode row) {
    return row.properties().stream()
        .filter(field -> !field.getKey().equals("msg") && !text(field.getValue()).equals("-"))
        .map((Map.Entry<String, JsonNode> field) -> field.getKey() + "=" + text(field.getValue()))
        .collect(Collectors.joining(" "));
  }

  private static String text(JsonNode value) {
    String text =
        value.isArray()
            ? StreamSupport.stream(value.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","))
            : value.asText();
    return text.isEmpty() ? "-" : text;
  }
}
