package io.elanus.expression;

import io.elanus.expression.grammar.FilterGrammarLexer;
import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.Token;

/**
 * The lexer with bounds: it stops at too many tokens and at too deep a nesting before the parser,
 * which descends recursively, has seen them. Depth counts what waits for its end: open brackets,
 * prefix operators, and operators before an open bracket, up to one for each binding strength.
 */
final class GuardedTokens extends FilterGrammarLexer {
  static final int MAX_TOKENS = 100_000;
  static final int MAX_DEPTH = 256;

  private static final int BINDING_STRENGTHS = 16;

  private final int[] depthBefore = new int[MAX_DEPTH + 1];
  private final int[] operatorsBefore = new int[MAX_DEPTH + 1];
  private int tokens;
  private int open;
  private int depth;
  private int prefixes;
  private int operators;

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
        operators++;
        deeper(1);
      }
      default -> {
        endPrefixes();
        operators += token.getType() >= EQUAL && token.getType() <= LIKE ? 1 : 0;
      }
    }
    return token;
  }

  private void open() {
    depthBefore[open] = depth - prefixes;
    operatorsBefore[open++] = operators;
    deeper(1 + Math.min(operators, BINDING_STRENGTHS));
    prefixes = 0;
    operators = 0;
  }

  private void close() {
    endPrefixes();
    if (open > 0) {
      depth = depthBefore[--open];
      operators = operatorsBefore[open];
    }
  }

  private void endPrefixes() {
    depth -= prefixes;
    prefixes = 0;
  }

  private void deeper(int levels) {
    depth += levels;
    if (depth > MAX_DEPTH) {
      throw new FilterError("expression is nested more than " + MAX_DEPTH + " levels deep");
    }
  }
}
