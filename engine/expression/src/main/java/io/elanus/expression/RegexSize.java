package io.elanus.expression;

/**
 * A guess of how large a compiled regular expression becomes: counted repeats multiply what they
 * repeat. The library does not bound this, so that {@code ((a{1000}){1000}){1000}} would take all
 * memory.
 */
final class RegexSize {
  private static final long MAX_SIZE = 10_000;
  private static final int MAX_GROUPS = 200;

  private final String pattern;
  private final long[] outer = new long[MAX_GROUPS];
  private int groups;
  private int at;
  private long sum;
  private long last;

  private RegexSize(String pattern) {
    this.pattern = pattern;
  }

  /**
   * @throws FilterError when the expression would become too large
   */
  static void check(String pattern) {
    new RegexSize(pattern).read();
  }

  private void read() {
    while (at < pattern.length()) {
      switch (pattern.charAt(at)) {
        case '\\' -> escape();
        case '[' -> characterClass();
        case '(' -> open();
        case ')' -> close();
        case '{' -> repeat();
        default -> atom(1);
      }
      at++;
      if (sum > MAX_SIZE) {
        throw new FilterError(
            "invalid regex pattern: error parsing regexp: expression is too large");
      }
    }
  }

  private void atom(long size) {
    last = size;
    sum += size;
  }

  private void escape() {
    if (pattern.startsWith("\\Q", at)) {
      int end = pattern.indexOf("\\E", at);
      int stop = end < 0 ? pattern.length() : end;
      sum += stop - at;
      at = end < 0 ? stop : stop + 1;
      return;
    }
    at++;
    atom(1);
  }

  private void characterClass() {
    int end = at + 1;
    if (pattern.startsWith("^", end)) {
      end++;
    }
    if (pattern.startsWith("]", end)) {
      end++;
    }
    while (end < pattern.length() && pattern.charAt(end) != ']') {
      end += pattern.charAt(end) == '\\' ? 2 : 1;
    }
    at = end;
    atom(1);
  }

  private void open() {
    if (groups == MAX_GROUPS) {
      throw new FilterError(
          "invalid regex pattern: error parsing regexp: expression nests too deeply");
    }
    outer[groups++] = sum;
    sum = 0;
  }

  private void close() {
    if (groups > 0) {
      last = sum + 1;
      sum = outer[--groups] + last;
    }
  }

  /** {@code {2}}, {@code {2,}} or {@code {2,5}}; anything else is text. */
  private void repeat() {
    long count = 0;
    long number = 0;
    int end = at + 1;
    for (; end < pattern.length() && pattern.charAt(end) != '}'; end++) {
      int digit = pattern.charAt(end) - '0';
      if (digit >= 0 && digit <= 9) {
        number = Math.min(number * 10 + digit, 1_000_000);
      } else if (pattern.charAt(end) == ',') {
        count = number;
        number = 0;
      } else {
        atom(1);
        return;
      }
    }
    count = Math.max(count, number);
    sum += last * Math.max(0, count - 1);
    last *= Math.max(1, count);
    at = end;
  }
}
