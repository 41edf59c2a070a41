package io.elanus.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the files of this repository name as their source, a reader of the repository can find. */
final class SourcesTest {
  private static final Set<String> SUFFIXES = Set.of("java", "md", "py", "g4", "proto", "mjs");
  private static final Set<String> DERIVED = Set.of("target", "build", "node_modules");

  /** Notes from before the first commit, which never were in the repository. */
  private static final Pattern NOTES =
      Pattern.compile(
          "errors-and-limits|functions-and-search|grpc-contract|wire-encoding|performance-notes"
              + "|peers-(?:libraries|servers)|reliability-scenarios|server-stack"
              + "|indexes reference|reference/[a-z-]+\\.md|DESIGN\\.md|STYLE\\.md");

  /** Only a paper is cited by section, after its year: "(Malkov and Yashunin 2018, §4.1)". */
  private static final Pattern SECTION = Pattern.compile("(?<!\\b\\d{4}, )§");

  private static final Pattern PAGE = Pattern.compile("[\\w./-]+\\.md\\b");
  private static final Pattern DECISION = Pattern.compile("\\b[Dd]ecisions? (\\d{4})\\b");

  /** A class of the same package; the name may stand on the next line of the comment. */
  private static final Pattern NEIGHBOUR = Pattern.compile("\\{@link[\\s*]+([A-Z]\\w*)");

  private final Path root = root();

  @Test
  void noFileCitesNotesThatAreNotHere() throws IOException {
    assertThat(found(NOTES, (file, match) -> true)).isEmpty();
    assertThat(found(SECTION, (file, match) -> true)).isEmpty();
  }

  @Test
  void everyPageThatIsNamedExists() throws IOException {
    assertThat(
            found(
                PAGE,
                (file, page) ->
                    !Files.exists(root.resolve(page.group()))
                        && !Files.exists(file.resolveSibling(page.group()))))
        .isEmpty();
  }

  @Test
  void everyDecisionThatIsNamedExists() throws IOException {
    List<String> decisions;
    try (Stream<Path> pages = Files.list(root.resolve("docs/decisions"))) {
      decisions = pages.map(page -> page.getFileName().toString()).toList();
    }
    assertThat(
            found(
                DECISION,
                (file, decision) ->
                    decisions.stream().noneMatch(name -> name.startsWith(decision.group(1)))))
        .isEmpty();
  }

  @Test
  void everyClassThatAPackageNamesIsThere() throws IOException {
    assertThat(
            found(
                NEIGHBOUR,
                (file, link) ->
                    file.endsWith("package-info.java")
                        && !Files.exists(file.resolveSibling(link.group(1) + ".java"))))
        .isEmpty();
  }

  /** A word means one thing in all rooms; a class that has to be told by its package does not. */
  @Test
  void aClassNameStandsForOneThing() throws IOException {
    Map<String, List<String>> places = new TreeMap<>();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      if (file.toString().contains("/src/main/java/") && !name.equals("package-info.java")) {
        places
            .computeIfAbsent(name, first -> new ArrayList<>())
            .add(root.relativize(file).toString());
      }
    }
    places.values().removeIf(found -> found.size() == 1);
    assertThat(places).isEmpty();
  }

  /** Each match that is wrong, as {@code file: text}. */
  private List<String> found(Pattern pattern, BiPredicate<Path, MatchResult> wrong)
      throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files()) {
      pattern
          .matcher(Files.readString(file, StandardCharsets.UTF_8))
          .results()
          .filter(match -> wrong.test(file, match))
          .forEach(match -> found.add(root.relativize(file) + ": " + match.group()));
    }
    return found;
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            return !folder.equals(root) && (DERIVED.contains(name) || name.startsWith("."))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1))
                && !name.equals("SourcesTest.java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  /** The folder above this module that holds the map. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
