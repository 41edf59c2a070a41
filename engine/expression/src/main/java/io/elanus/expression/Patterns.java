package io.elanus.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.elanus.schema.DataType;
import io.elanus.schema.Value;

/** Types {@code like} and regular expressions. */
final class Patterns {
  private final Typing typing;

  Patterns(Typing typing) {
    this.typing = typing;
  }

  Typed like(Syntax.Like like) {
    Typed operand = typing.type(like.operand());
    String problem = "like operation on non-string or no-json field is unsupported";
    Operand text = textual(operand, problem, "like operation on complicated expr is unsupported");
    String pattern =
        pattern(typing.type(like.pattern()), "like pattern", "like", like.patternText());
    LikePattern.of(pattern);
    return new Typed.Predicate(new Filter.Like(text, pattern));
  }

  Typed matching(Syntax.Matching matching) {
    Typed operand = typing.type(matching.operand());
    String problem = "regex match on non-string or non-json field is unsupported";
    Operand text = textual(operand, problem, problem);
    String pattern =
        pattern(typing.type(matching.pattern()), "regex pattern", "regex", matching.patternText());
    compile(pattern);
    Filter filter = new Filter.Regex(text, pattern);
    return new Typed.Predicate(matching.negated() ? new Filter.Not(filter) : filter);
  }

  static Pattern compile(String pattern) {
    RegexSize.check(pattern);
    try {
      return Pattern.compile(pattern, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new FilterError("invalid regex pattern: " + e.getMessage());
    }
  }

  private static Operand textual(Typed operand, String problem, String tooComplicated) {
    if (!(operand instanceof Typed.Reference reference)) {
      throw new FilterError(tooComplicated);
    }
    if (reference.isWholeArray()) {
      throw new FilterError("can not comparisons array fields directly");
    }
    if (reference.type() != DataType.VARCHAR && reference.type() != DataType.JSON) {
      throw new FilterError(problem);
    }
    return reference.operand();
  }

  private static String pattern(Typed typed, String what, String kind, String text) {
    if (typed instanceof Typed.Constant(Value.Text pattern, var template)) {
      return pattern.value();
    }
    if (typed instanceof Typed.Constant constant && constant.template().isPresent()) {
      throw new FilterError(
          "the value of %s expression template variable {%s} is not string"
              .formatted(kind, constant.template().get()));
    }
    throw new FilterError(what + " should be a string literal or template variable, got: " + text);
  }
}
