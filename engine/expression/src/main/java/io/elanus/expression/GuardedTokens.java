package io.elanus.expression;

import io.elanus.expression.grammar.FilterGrammarLexer;
import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.Token;

/**
 * The lexer with bounds: it stops at too many tokens and at too deep a nesting before the parser,
 * which descends recursively, has seen them. Depth counts open brackets and the prefix operators
 * that wait for their operand.
 */
final class GuardedTokens extends FilterGrammarLexer {
  static final int MAX_TOKENS = 100_000;
  static final int MAX_DEPTH = 100;

  private final int[] prefixesBefore = new int[MAX_DEPTH + 1];
  private int tokens;
  private int open;
  private int depth;
  private int prefixes;

  GuardedTokens(CharStream text) {
    super(text);
  }

  @Override
  public Token nextToken() {
    Token token = super.nextToken();
    if (++tokens > MAX_TOKENS) {
      throw new FilterError("expression has more than " + MAX_TOKENS + " tokens");
    }
    switch (token.getType()) {
      case OPEN_PARENTHESIS, OPEN_BRACKET -> open();
      case CLOSE_PARENTHESIS, CLOSE_BRACKET -> close();
      case PLUS, MINUS, TILDE, BANG, NOT, EXISTS -> {
        prefixes++;
        deeper();
      }
      default -> endPrefixes();
    }
    return token;
  }

  private void open() {
    deeper();
    prefixesBefore[open++] = prefixes;
    prefixes = 0;
  }

  private void close() {
    endPrefixes();
    if (open > 0) {
      depth -= 1 + prefixesBefore[--open];
    }
  }

  private void endPrefixes() {
    depth -= prefixes;
    prefixes = 0;
  }

  private void deeper() {
    if (++depth > MAX_DEPTH) {
      throw new FilterError("expression is nested more than " + MAX_DEPTH + " levels deep");
    }
  }
}
