import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Build step: merges our additions into the published Milvus protocol and gives the result a Java
 * package of its own, so that Elanus and milvus-sdk-java can share a JVM.
 *
 * <p>An addition repeats the declaration that it extends ({@code message SearchRequest {…}}) with
 * only the new members; declarations that the published file does not have are appended. Nothing is
 * overwritten: a member that both have is a duplicate, which protoc reports.
 *
 * <p>Run as {@code java MergeProtocol.java PUBLISHED ADDITIONS OUTPUT}. A file whose content would
 * not change is not touched, so that later steps stay incremental.
 */
final class MergeProtocol {
  private static final String JAVA_PACKAGE = "io.elanus.api.milvus.proto";
  private static final Pattern BLOCK =
      Pattern.compile("(message|enum|service|oneof|extend)\\s+([\\w.]+)\\s*\\{");
  private static final Pattern OPTION_JAVA_PACKAGE =
      Pattern.compile("option\\s+java_package\\s*=\\s*\"[^\"]*\"\\s*;");
  private static final Pattern PACKAGE = Pattern.compile("\\bpackage\\s+([\\w.]+)\\s*;");

  private MergeProtocol() {}

  /** A member of a file or of a block; {@code block} is empty for statements. */
  private record Member(String text, String block, String body) {
    boolean isBlock() {
      return !block.isEmpty();
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path published = Path.of(arguments[0]);
    Path additions = Path.of(arguments[1]);
    Path output = Files.createDirectories(Path.of(arguments[2]));
    List<Path> files;
    try (var found = Files.list(published)) {
      files = found.filter(path -> path.toString().endsWith(".proto")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IOException("no .proto file in " + published);
    }
    for (Path file : files) {
      String text = Files.readString(file);
      Path addition = additions.resolve(file.getFileName().toString());
      if (Files.exists(addition)) {
        text = merge(text, membersOf(withoutComments(Files.readString(addition))));
      }
      writeWhenChanged(output.resolve(file.getFileName().toString()), withJavaPackage(text));
    }
  }

  /** {@code text} with every member of {@code additions} in it. */
  private static String merge(String text, List<Member> additions) {
    for (Member addition : additions) {
      if (addition.isBlock()) {
        text = mergeBlock(text, addition);
      } else if (!addition.text().matches("(?s)(syntax|package|import|option java).*")) {
        text = text.stripTrailing() + "\n" + addition.text() + "\n";
      }
    }
    return text;
  }

  private static String mergeBlock(String text, Member addition) {
    int open = openingBrace(text, addition.block());
    if (open < 0) {
      return text.stripTrailing() + "\n\n" + addition.text() + "\n";
    }
    int close = closingBrace(text, open);
    String merged = merge(text.substring(open + 1, close), membersOf(addition.body()));
    return text.substring(0, open + 1) + merged + text.substring(close);
  }

  /** Index of the brace that opens {@code block} at the outermost level of {@code text}, or -1. */
  private static int openingBrace(String text, String block) {
    String blanked = blankComments(text);
    int depth = 0;
    for (int at = 0; at < blanked.length(); at++) {
      char character = blanked.charAt(at);
      if (character == '{') {
        depth++;
      } else if (character == '}') {
        depth--;
      } else if (depth == 0 && Character.isLetter(character)) {
        int end = at;
        while (end < blanked.length() && Character.isLetterOrDigit(blanked.charAt(end))) {
          end++;
        }
        Matcher matcher = BLOCK.matcher(blanked).region(at, blanked.length());
        if (matcher.lookingAt() && nameOf(matcher).equals(block)) {
          return matcher.end() - 1;
        }
        at = end - 1;
      }
    }
    return -1;
  }

  private static int closingBrace(String text, int open) {
    String blanked = blankComments(text);
    int depth = 0;
    for (int at = open; at < blanked.length(); at++) {
      if (blanked.charAt(at) == '{') {
        depth++;
      } else if (blanked.charAt(at) == '}' && --depth == 0) {
        return at;
      }
    }
    throw new IllegalArgumentException("a block is not closed");
  }

  /** The outermost members of {@code text}, which holds no comments. */
  private static List<Member> membersOf(String text) {
    List<Member> members = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      if (at == text.length()) {
        return members;
      }
      Matcher matcher = BLOCK.matcher(text).region(at, text.length());
      int end;
      if (matcher.lookingAt()) {
        int close = closingBrace(text, matcher.end() - 1);
        end = close + 1;
        members.add(
            new Member(
                text.substring(at, end), nameOf(matcher), text.substring(matcher.end(), close)));
      } else {
        end = endOfStatement(text, at);
        members.add(new Member(text.substring(at, end), "", ""));
      }
      at = end;
    }
  }

  private static String nameOf(Matcher block) {
    return block.group(1) + " " + block.group(2);
  }

  private static int endOfStatement(String text, int from) {
    int depth = 0;
    for (int at = from; at < text.length(); at++) {
      char character = text.charAt(at);
      if (character == '{') {
        depth++;
      } else if (character == '}') {
        depth--;
      } else if (character == ';' && depth == 0) {
        return at + 1;
      }
    }
    throw new IllegalArgumentException("a statement does not end: " + text.substring(from));
  }

  private static String withoutComments(String text) {
    return blankComments(text);
  }

  /** {@code text} with comments and the insides of strings replaced by spaces; same length. */
  private static String blankComments(String text) {
    StringBuilder blanked = new StringBuilder(text);
    int at = 0;
    while (at < text.length()) {
      int end = at + 1;
      if (text.startsWith("//", at)) {
        end = endOf(text, "\n", at, 0);
        blank(blanked, at, end);
      } else if (text.startsWith("/*", at)) {
        end = endOf(text, "*/", at + 2, 2);
        blank(blanked, at, end);
      } else if (text.charAt(at) == '"') {
        end = endOf(text, "\"", at + 1, 1);
        blank(blanked, at + 1, end - 1);
      }
      at = end;
    }
    return blanked.toString();
  }

  private static int endOf(String text, String mark, int from, int length) {
    int found = text.indexOf(mark, from);
    return found < 0 ? text.length() : found + length;
  }

  private static void blank(StringBuilder text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (text.charAt(at) != '\n') {
        text.setCharAt(at, ' ');
      }
    }
  }

  /** Files that had the SDK's package share ours; the others get one below it, named after theirs. */
  private static String withJavaPackage(String text) {
    Matcher declared = OPTION_JAVA_PACKAGE.matcher(text);
    if (declared.find()) {
      return declared.replaceFirst("option java_package = \"" + JAVA_PACKAGE + "\";");
    }
    Matcher matcher = PACKAGE.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("a file has no package");
    }
    String last = matcher.group(1).substring(matcher.group(1).lastIndexOf('.') + 1);
    String option = "option java_package = \"" + JAVA_PACKAGE + "." + last + "\";";
    return text.substring(0, matcher.end()) + "\n" + option + text.substring(matcher.end());
  }

  private static void writeWhenChanged(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
  }
}
