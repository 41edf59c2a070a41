package io.elanus.expression;

import io.elanus.expression.grammar.FilterGrammarParser;
import io.elanus.expression.grammar.FilterGrammarParser.BoolContext;
import io.elanus.expression.grammar.FilterGrammarParser.CallContext;
import io.elanus.expression.grammar.FilterGrammarParser.ElementFieldContext;
import io.elanus.expression.grammar.FilterGrammarParser.ExprContext;
import io.elanus.expression.grammar.FilterGrammarParser.FloatContext;
import io.elanus.expression.grammar.FilterGrammarParser.InstantContext;
import io.elanus.expression.grammar.FilterGrammarParser.IntContext;
import io.elanus.expression.grammar.FilterGrammarParser.IntervalContext;
import io.elanus.expression.grammar.FilterGrammarParser.ListOfContext;
import io.elanus.expression.grammar.FilterGrammarParser.LiteralListContext;
import io.elanus.expression.grammar.FilterGrammarParser.NameContext;
import io.elanus.expression.grammar.FilterGrammarParser.OptionContext;
import io.elanus.expression.grammar.FilterGrammarParser.ParenthesesContext;
import io.elanus.expression.grammar.FilterGrammarParser.PositionalContext;
import io.elanus.expression.grammar.FilterGrammarParser.PrefixContext;
import io.elanus.expression.grammar.FilterGrammarParser.RawTextContext;
import io.elanus.expression.grammar.FilterGrammarParser.StructFieldContext;
import io.elanus.expression.grammar.FilterGrammarParser.SubscriptedContext;
import io.elanus.expression.grammar.FilterGrammarParser.TemplateContext;
import io.elanus.expression.grammar.FilterGrammarParser.TextContext;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.List;

/** The forms of the grammar that have no operand on their left. */
final class SyntaxLeaves {
  private SyntaxLeaves() {}

  static Syntax build(ExprContext at) {
    return switch (at) {
      case BoolContext bool -> new Syntax.Constant(Literals.bool(bool.getText()));
      case IntContext integer -> new Syntax.Constant(Literals.integer(integer.getText()));
      case FloatContext floating -> new Syntax.Constant(Literals.floating(floating.getText()));
      case TextContext text -> text(Literals.string(text.getText()));
      case RawTextContext raw -> text(Literals.string(raw.getText()));
      case LiteralListContext list -> new Syntax.Constant(Literals.list(list.getText()));
      case NameContext name -> new Syntax.Name(name.getText());
      case SubscriptedContext path -> Literals.subscripted(path.getText());
      case StructFieldContext struct -> structField(struct.getText());
      case ElementFieldContext element -> new Syntax.ElementField(element.getText());
      case TemplateContext template -> new Syntax.Template(template.IDENTIFIER().getText());
      case ParenthesesContext parentheses -> SyntaxBuilder.build(parentheses.expr());
      case ListOfContext list ->
          new Syntax.ListOf(
              list.expr().stream().map(SyntaxBuilder::build).toList(),
              list.expr().stream().map(SyntaxBuilder::text).toList());
      case CallContext call -> call(call);
      case PrefixContext prefix -> prefix(prefix);
      case InstantContext instant -> new Syntax.Time(instant.getText());
      case IntervalContext interval -> new Syntax.Time(interval.getText());
      default -> throw new IllegalStateException("not a leaf: " + at.getClass());
    };
  }

  /** The right side of {@code =~}, where escapes other than of backslash and quotes stay. */
  static Syntax pattern(ExprContext at) {
    return at instanceof TextContext text
        ? text(Literals.pattern(text.getText()))
        : SyntaxBuilder.build(at);
  }

  private static Syntax text(String value) {
    return new Syntax.Constant(new Value.Text(value));
  }

  private static Syntax structField(String text) {
    String name = text.substring(0, text.indexOf('['));
    String subField = text.substring(text.lastIndexOf('[') + 1, text.length() - 1);
    return new Syntax.StructField(name, subField, text);
  }

  private static Syntax call(CallContext call) {
    List<Syntax> arguments = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<Syntax.Option> options = new ArrayList<>();
    for (var argument : call.argument()) {
      switch (argument) {
        case PositionalContext positional -> {
          arguments.add(SyntaxBuilder.build(positional.expr()));
          texts.add(SyntaxBuilder.text(positional));
        }
        case OptionContext option ->
            options.add(
                new Syntax.Option(option.getStart().getText(), SyntaxBuilder.build(option.expr())));
        default -> throw new IllegalStateException("not an argument: " + argument.getClass());
      }
    }
    return new Syntax.Call(call.IDENTIFIER().getText(), arguments, texts, options);
  }

  private static Syntax prefix(PrefixContext prefix) {
    return switch (prefix.op.getType()) {
      case FilterGrammarParser.EXISTS -> new Syntax.Exists(SyntaxBuilder.build(prefix.expr()));
      case FilterGrammarParser.MINUS ->
          prefix.expr() instanceof IntContext digits
              ? new Syntax.Constant(Literals.integer("-" + digits.getText()))
              : signed(Syntax.Sign.MINUS, prefix);
      case FilterGrammarParser.PLUS -> signed(Syntax.Sign.PLUS, prefix);
      case FilterGrammarParser.TILDE -> signed(Syntax.Sign.COMPLEMENT, prefix);
      default -> signed(Syntax.Sign.NOT, prefix);
    };
  }

  private static Syntax signed(Syntax.Sign sign, PrefixContext prefix) {
    return new Syntax.Prefix(sign, SyntaxBuilder.build(prefix.expr()));
  }
}
