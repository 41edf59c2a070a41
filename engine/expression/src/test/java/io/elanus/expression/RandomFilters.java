package io.elanus.expression;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts of filters over {@link Schemas#DYNAMIC}, all of them valid. */
record RandomFilters(SplittableRandom random) {
  private static final List<String> PATTERNS =
      List.of(
          "a%", "%b", "%a%", "_", "a_c", "%", "", "a\\\\_c", "_%", "%中%", "a%b", "\\\\%%", "__");
  private static final List<String> REGEXES =
      List.of("a", "^a", "b$", "^$", ".", "a.b", "(?i)A", "[0-9]+", "^(a|ab)$", "中");

  String filter(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return leaf();
    }
    return switch (random.nextInt(3)) {
      case 0 -> "not (" + filter(depth - 1) + ")";
      case 1 -> joined(" and ", depth);
      default -> joined(" or ", depth);
    };
  }

  private String joined(String word, int depth) {
    return IntStream.range(0, random.nextInt(2, 4))
        .mapToObj(i -> "(" + filter(depth - 1) + ")")
        .collect(Collectors.joining(word));
  }

  String leaf() {
    return switch (random.nextInt(16)) {
      case 0, 1 ->
          pick("i8", "i16", "i32", "i", "n", "arr[0]", "arr[2]") + comparison() + integer();
      case 2 -> pick("f", "d", "fs[0]") + comparison() + pick(integer(), real());
      case 3 -> pick("s", "t", "tags[0]") + comparison() + text();
      case 4 -> pick("b", "bn") + pick(" == ", " != ") + pick("true", "false");
      case 5 -> json() + comparison() + pick(integer(), real(), text());
      case 6 -> json() + pick(" == ", " != ") + pick("true", "[1, 2]", "[]", "[\"a\"]");
      case 7 -> range();
      case 8 -> membership();
      case 9 -> pick("s", "t", "tags[1]", json()) + " like \"" + pick(PATTERNS) + "\"";
      case 10 ->
          pick("s", "t", "tags[1]", json()) + pick(" =~ ", " !~ ") + "\"" + pick(REGEXES) + "\"";
      case 11 -> arithmetic();
      case 12 -> contains();
      case 13 -> nulls();
      case 14 ->
          pick("i8", "i", "n", "f", "d", "arr[1]")
              + comparison()
              + pick("i16", "i32", "n", "d", "f", "fs[1]");
      default ->
          pick(
              "s" + comparison() + "t",
              "starts_with(s, t)",
              "starts_with(t, \"a\")",
              "empty(t)",
              "b == bn",
              "arr == [1, 2]",
              "arr != [0]",
              "fs == [0.1]",
              "tags == [\"a\"]");
    };
  }

  private String range() {
    String first = pick(" < ", " <= ");
    return switch (random.nextInt(3)) {
      case 0 -> "-3" + first + pick("i8", "n", "i", "arr[0]", json()) + " <= 2";
      case 1 -> "-0.1" + first + pick("f", "d", json()) + " < 2.5";
      default -> "\"a\"" + first + pick("s", "t", json()) + " < \"b\"";
    };
  }

  private String membership() {
    String word = pick(" in ", " not in ");
    return switch (random.nextInt(5)) {
      case 0 -> pick("i8", "i32", "i", "n", "arr[0]", json()) + word + list(this::integer);
      case 1 -> pick("f", "d", "fs[0]") + word + list(this::real);
      case 2 -> pick("s", "t", "tags[0]", json()) + word + list(this::text);
      case 3 -> pick("b", "bn", json()) + word + pick("[true]", "[true, false]", "[]");
      default -> json() + word + "[1, 0.1, 2]";
    };
  }

  private String arithmetic() {
    String integers = pick("i8", "i", "n", "arr[0]", json());
    return switch (random.nextInt(4)) {
      case 0 ->
          "(%s %s %s) %s %s"
              .formatted(
                  integers,
                  pick("+", "-", "*", "/", "%", "&", "|", "^"),
                  pick("2", "3", "-7"),
                  comparison(),
                  integer());
      case 1 ->
          pick("f", "d", "fs[0]", json())
              + pick(" + ", " - ", " * ", " / ")
              + "2.5"
              + comparison()
              + "1.5";
      case 2 -> "2 * " + pick("i", "d") + comparison() + "4";
      default -> json() + " / 2" + comparison() + "1.5";
    };
  }

  private String contains() {
    String quantified = pick("array_contains_any", "json_contains_all");
    return switch (random.nextInt(6)) {
      case 0 -> "array_contains(arr, " + integer() + ")";
      case 1 -> quantified + "(tags, " + list(this::text) + ")";
      case 2 -> quantified + "(fs, " + list(this::real) + ")";
      case 3 -> quantified + "(" + json() + ", [1, \"a\", 0.1, [1], true])";
      case 4 -> "json_contains(" + json() + ", " + pick("1", "\"a\"", "[1, 2]", "[]") + ")";
      default -> "array_length(" + pick("arr", "tags", json()) + ")" + comparison() + "1";
    };
  }

  private String nulls() {
    String test = pick(" is null", " is not null");
    return pick(
        pick("n", "d", "t", "bn", "j", "arr", "$meta", "i") + test,
        json() + test,
        "exists j[\"a\"]",
        "exists color");
  }

  private String json() {
    return pick(
        "j[\"a\"]",
        "j[\"b\"]",
        "j[\"a\"][0]",
        "j[\"c\"][\"a\"]",
        "j",
        "j2[0]",
        "a",
        "$meta[\"b\"]");
  }

  private String comparison() {
    return pick(" == ", " != ", " < ", " <= ", " > ", " >= ");
  }

  private String integer() {
    return pick(
        "0",
        "1",
        "-2",
        "3",
        "300",
        "9223372036854775807",
        "-9223372036854775808",
        "9007199254740993");
  }

  private String real() {
    return pick("0.1", "-0.5", "2.5", "1e30", "0.0", "1.0", "9007199254740992.0");
  }

  private String text() {
    return RandomRows.quoted(new RandomRows(random).text());
  }

  private String list(Supplier<String> element) {
    return IntStream.range(0, random.nextInt(5))
        .mapToObj(i -> element.get())
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String pick(String... from) {
    return from[random.nextInt(from.length)];
  }
}
