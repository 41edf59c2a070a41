package io.elanus.expression;

import io.elanus.expression.grammar.FilterGrammarParser;
import io.elanus.expression.grammar.FilterGrammarParser.BinaryContext;
import io.elanus.expression.grammar.FilterGrammarParser.ExprContext;
import io.elanus.expression.grammar.FilterGrammarParser.MatchingContext;
import io.elanus.expression.grammar.FilterGrammarParser.MembershipContext;
import io.elanus.expression.grammar.FilterGrammarParser.NullTestContext;
import io.elanus.expression.grammar.FilterGrammarParser.RelationContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.misc.Interval;
import org.jspecify.annotations.Nullable;

/**
 * From the grammar's tree to {@link Syntax}. Operators associate to the left, so a long chain of
 * them is a deep tree on its left side: that side is walked in a loop, and recursion goes only as
 * deep as brackets and prefixes do.
 */
final class SyntaxBuilder {
  /** Operators other than and, or in one chain without brackets. */
  private static final int MAX_CHAIN = 256;

  /** Characters of a part that are repeated in a message. */
  private static final int MAX_TEXT = 256;

  private SyntaxBuilder() {}

  static Syntax build(ExprContext tree) {
    List<ExprContext> spine = new ArrayList<>();
    ExprContext at = tree;
    for (ExprContext left = left(at); left != null; left = left(at)) {
      spine.add(at);
      at = left;
    }
    Collections.reverse(spine);
    Syntax built = SyntaxLeaves.build(at);
    int others = 0;
    for (int i = 0; i < spine.size(); ) {
      ExprContext next = spine.get(i);
      int used = logic(next) != 0 ? sameLogic(spine, i) : between(spine, i) ? 2 : 1;
      if (logic(next) != 0) {
        built = chain(built, spine.subList(i, i + used));
      } else if (used == 2) {
        built = between(built, (RelationContext) next, (RelationContext) spine.get(i + 1));
      } else {
        built = extend(built, next);
      }
      others += logic(next) != 0 ? 0 : used;
      if (others > MAX_CHAIN) {
        throw new FilterError("more than " + MAX_CHAIN + " operators follow one another");
      }
      i += used;
    }
    return built;
  }

  /** Text of a part of the filter for an error message. */
  static String text(ParserRuleContext part) {
    int start = part.getStart().getStartIndex();
    int stop = Math.min(part.getStop().getStopIndex(), start + MAX_TEXT);
    return part.getStart().getInputStream().getText(Interval.of(start, stop));
  }

  private static @Nullable ExprContext left(ExprContext at) {
    return switch (at) {
      case BinaryContext binary -> binary.expr(0);
      case RelationContext relation -> relation.expr(0);
      case MatchingContext matching -> matching.expr(0);
      case MembershipContext membership -> membership.expr(0);
      case NullTestContext nullTest -> nullTest.expr();
      default -> null;
    };
  }

  /** The token type of {@code and} or {@code or}; 0 for anything else. */
  private static int logic(ExprContext at) {
    return at instanceof BinaryContext binary
            && (binary.op.getType() == FilterGrammarParser.AND
                || binary.op.getType() == FilterGrammarParser.OR)
        ? binary.op.getType()
        : 0;
  }

  private static int sameLogic(List<ExprContext> spine, int from) {
    int to = from;
    while (to < spine.size() && logic(spine.get(to)) == logic(spine.get(from))) {
      to++;
    }
    return to - from;
  }

  private static boolean between(List<ExprContext> spine, int at) {
    return at + 1 < spine.size()
        && spine.get(at) instanceof RelationContext
        && spine.get(at + 1) instanceof RelationContext;
  }

  private static Syntax chain(Syntax first, List<ExprContext> operators) {
    boolean conjunction = logic(operators.getFirst()) == FilterGrammarParser.AND;
    List<Syntax> operands = new ArrayList<>(operators.size() + 1);
    add(operands, first, conjunction);
    for (ExprContext operator : operators) {
      add(operands, build(((BinaryContext) operator).expr(1)), conjunction);
    }
    return new Syntax.Chain(conjunction, List.copyOf(operands));
  }

  private static void add(List<Syntax> operands, Syntax operand, boolean conjunction) {
    if (operand instanceof Syntax.Chain chain && chain.conjunction() == conjunction) {
      operands.addAll(chain.operands());
    } else {
      operands.add(operand);
    }
  }

  private static Syntax between(Syntax low, RelationContext first, RelationContext second) {
    return new Syntax.Between(
        low,
        comparison(first.op.getType()),
        build(first.expr(1)),
        comparison(second.op.getType()),
        build(second.expr(1)),
        text(first.expr(0)),
        text(second.expr(1)));
  }

  private static Syntax extend(Syntax left, ExprContext at) {
    return switch (at) {
      case BinaryContext binary -> binary(left, binary);
      case RelationContext relation ->
          new Syntax.Relation(comparison(relation.op.getType()), left, build(relation.expr(1)));
      case MatchingContext matching ->
          new Syntax.Matching(
              left,
              matching.op.getType() == FilterGrammarParser.NOT_MATCHES,
              SyntaxLeaves.pattern(matching.expr(1)),
              text(matching.expr(1)));
      case MembershipContext membership ->
          new Syntax.Membership(
              left,
              membership.negation != null,
              build(membership.expr(1)),
              text(membership.expr(0)),
              text(membership.expr(1)));
      case NullTestContext nullTest ->
          new Syntax.NullTest(
              left,
              nullTest.op.getType() == FilterGrammarParser.IS_NOT_NULL,
              text(nullTest.expr()));
      default -> throw new IllegalStateException("not an operator: " + at.getClass());
    };
  }

  private static Syntax binary(Syntax left, BinaryContext at) {
    Syntax right = build(at.expr(1));
    return switch (at.op.getType()) {
      case FilterGrammarParser.LIKE -> new Syntax.Like(left, right, text(at.expr(1)));
      case FilterGrammarParser.POWER -> new Syntax.Power(left, right);
      case FilterGrammarParser.EQUAL, FilterGrammarParser.NOT_EQUAL ->
          new Syntax.Relation(comparison(at.op.getType()), left, right);
      case FilterGrammarParser.SHIFT_LEFT, FilterGrammarParser.SHIFT_RIGHT ->
          throw new FilterError("shift is not supported");
      default -> new Syntax.Arithmetic(arithmetic(at.op.getType()), left, right);
    };
  }

  private static Comparison comparison(int token) {
    return switch (token) {
      case FilterGrammarParser.LESS -> Comparison.LESS;
      case FilterGrammarParser.LESS_OR_EQUAL -> Comparison.LESS_OR_EQUAL;
      case FilterGrammarParser.GREATER -> Comparison.GREATER;
      case FilterGrammarParser.GREATER_OR_EQUAL -> Comparison.GREATER_OR_EQUAL;
      case FilterGrammarParser.EQUAL -> Comparison.EQUAL;
      case FilterGrammarParser.NOT_EQUAL -> Comparison.NOT_EQUAL;
      default -> throw new IllegalStateException("not a comparison: " + token);
    };
  }

  private static ArithmeticOperator arithmetic(int token) {
    return switch (token) {
      case FilterGrammarParser.PLUS -> ArithmeticOperator.ADD;
      case FilterGrammarParser.MINUS -> ArithmeticOperator.SUBTRACT;
      case FilterGrammarParser.STAR -> ArithmeticOperator.MULTIPLY;
      case FilterGrammarParser.SLASH -> ArithmeticOperator.DIVIDE;
      case FilterGrammarParser.PERCENT -> ArithmeticOperator.MODULO;
      case FilterGrammarParser.AMPERSAND -> ArithmeticOperator.BIT_AND;
      case FilterGrammarParser.PIPE -> ArithmeticOperator.BIT_OR;
      case FilterGrammarParser.CARET -> ArithmeticOperator.BIT_XOR;
      default -> throw new IllegalStateException("not an arithmetic operator: " + token);
    };
  }
}
