package io.elanus.expression;

import io.elanus.expression.grammar.FilterGrammarParser;
import io.elanus.expression.grammar.FilterGrammarParser.ExprContext;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.jspecify.annotations.Nullable;

/** Runs the grammar over a text. Time and memory are bounded whatever the text is. */
final class SyntaxReader {
  /** Characters; a longer text is refused unread. */
  static final int MAX_LENGTH = 8 << 20;

  private SyntaxReader() {}

  /**
   * @throws FilterError when the text is not one expression, or larger or deeper than the bounds
   */
  static Syntax read(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new FilterError("expression is longer than " + MAX_LENGTH + " characters");
    }
    var lexer = new GuardedTokens(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    lexer.addErrorListener(FirstFault.INSTANCE);
    var parser = new FilterGrammarParser(new CommonTokenStream(lexer));
    parser.removeErrorListeners();
    parser.addErrorListener(FirstFault.INSTANCE);
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    ExprContext tree = parser.expr();
    if (parser.getCurrentToken().getType() != Token.EOF) {
      throw new FilterError("invalid expression: " + FilterParser.shortened(text));
    }
    return SyntaxBuilder.build(tree);
  }

  /** Ends the parse at the first error, with its place. */
  private static final class FirstFault extends BaseErrorListener {
    static final FirstFault INSTANCE = new FirstFault();

    @Override
    public void syntaxError(
        Recognizer<?, ?> recognizer,
        @Nullable Object symbol,
        int line,
        int column,
        String message,
        @Nullable RecognitionException cause) {
      throw new FilterError("line " + line + ":" + column + " " + FilterParser.shortened(message));
    }
  }
}
