package io.elanus.quickstart;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
   * The Cranfield collection: 1,398 abstracts on aerodynamics (two of 1,400 are empty), 225
   * questions, judgements by position of the question.
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

  /**
   * One JSON object a line with a key {@code text} and, if there is one, {@code title}. What is
   * wrong with the file is told in one sentence.
   */
  static Texts jsonLines(Path file) throws IOException {
    List<Text> texts = new ArrayList<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      if (!line.isBlank()) {
        texts.add(text(file, number, line));
      }
    }
    if (texts.isEmpty()) {
      throw new IllegalArgumentException(file + " has no texts in it");
    }
    return new Texts(texts, List.of());
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException missing) {
      throw new IOException("there is no file " + file, missing);
    } catch (CharacterCodingException notUtf8) {
      throw new IOException(file + " is not UTF-8 text", notUtf8);
    } catch (IOException unreadable) {
      throw new IOException(file + " cannot be read, " + unreadable.getMessage(), unreadable);
    }
  }

  private static Text text(Path file, int number, String line) {
    String where = file + " line " + number;
    JsonElement parsed;
    try {
      parsed = JsonParser.parseString(line);
    } catch (JsonParseException bad) {
      throw new IllegalArgumentException(where + " is not JSON", bad);
    }
    if (!parsed.isJsonObject()) {
      throw new IllegalArgumentException(where + " is not a JSON object");
    }
    JsonObject row = parsed.getAsJsonObject();
    String title = row.has("title") ? string(row, "title", where) : "";
    return new Text(number, title, string(row, "text", where));
  }

  private static String string(JsonObject row, String key, String where) {
    JsonElement value = row.get(key);
    if (value == null || !value.isJsonPrimitive()) {
      throw new IllegalArgumentException(
          where
              + (value == null ? " has no key \"" : " has no text under the key \"")
              + key
              + "\"");
    }
    return value.getAsString();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").trim();
  }
}
