package io.elanus.quickstart;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts to search, and questions whose right answers are known.
 *
 * @param texts by row id from 1; empty ones are left out by the caller
 * @param questions with judged answers; empty for texts of one's own
 */
record Texts(List<Text> texts, List<Judged> questions) {
  record Text(long id, String title, String body) {}

  /**
   * @param relevant ids of the texts that judges called relevant
   */
  record Judged(String question, Set<Long> relevant) {}

  private static final Pattern DOCUMENT =
      Pattern.compile(
          "<docno>(\\d+)</docno>\\s*<title>(.*?)</title>.*?<text>(.*?)</text>", Pattern.DOTALL);
  private static final Pattern QUESTION =
      Pattern.compile("<num>\\s*\\d+\\s*</num>\\s*<title>(.*?)</title>", Pattern.DOTALL);

  /**
   * The Cranfield collection: 1,400 abstracts on aerodynamics, 225 questions, judgements by
   * position of the question.
   */
  static Texts cranfield(Path folder) throws IOException {
    List<Text> texts = new ArrayList<>();
    Matcher document = DOCUMENT.matcher(Files.readString(folder.resolve("cran.all.1400.xml")));
    while (document.find()) {
      String body = oneLine(document.group(3));
      if (!body.isEmpty()) {
        texts.add(new Text(Long.parseLong(document.group(1)), oneLine(document.group(2)), body));
      }
    }
    Map<Integer, Set<Long>> relevant = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("cranqrel.trec.txt"))) {
      String[] part = line.trim().split("\\s+");
      if (part.length == 4 && Integer.parseInt(part[3]) > 0) {
        relevant
            .computeIfAbsent(Integer.parseInt(part[0]), q -> new HashSet<>())
            .add(Long.parseLong(part[2]));
      }
    }
    List<Judged> questions = new ArrayList<>();
    Matcher question = QUESTION.matcher(Files.readString(folder.resolve("cran.qry.xml")));
    while (question.find()) {
      questions.add(
          new Judged(
              oneLine(question.group(1)),
              Set.copyOf(relevant.getOrDefault(questions.size() + 1, Set.of()))));
    }
    return new Texts(texts, questions);
  }

  /** One JSON object a line with a key {@code text} and, if there is one, {@code title}. */
  static Texts jsonLines(Path file) throws IOException {
    List<Text> texts = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonObject row = JsonParser.parseString(line).getAsJsonObject();
        String title = row.has("title") ? row.get("title").getAsString() : "";
        texts.add(new Text(number, title, row.get("text").getAsString()));
      } catch (JsonSyntaxException | IllegalStateException | NullPointerException bad) {
        throw new IllegalArgumentException(
            file + " line " + number + " is no JSON object with a key \"text\"", bad);
      }
    }
    return new Texts(texts, List.of());
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").trim();
  }
}
