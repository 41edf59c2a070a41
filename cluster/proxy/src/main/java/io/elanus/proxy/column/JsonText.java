package io.elanus.proxy.column;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What the parser lets pass and readers of other languages refuse (RFC 8259, sections 6, 7 and 8.1;
 * RFC 7493, section 2): a byte order mark, text that is not UTF-8, lone surrogates, numbers beyond
 * a double. One such value would make every answer that holds it unreadable.
 */
final class JsonText {
  private static final int BYTE_ORDER_MARK = 0xEFBBBF;
  private static final int SURELY_FINITE_CHARACTERS = 300;

  private JsonText() {}

  /** Everything but the numbers; strings are taken to be as the parser wants them. */
  static void check(byte[] json) throws IOException {
    if (json.length >= 3
        && ((json[0] & 0xFF) << 16 | (json[1] & 0xFF) << 8 | json[2] & 0xFF) == BYTE_ORDER_MARK) {
      throw new IOException("a byte order mark");
    }
    int all = 0;
    boolean escapes = false;
    for (byte next : json) {
      if (next == 0) {
        throw new IOException("a zero byte, as in UTF-16");
      }
      all |= next;
      escapes |= next == '\\';
    }
    if (all < 0) {
      requireUtf8(json);
    }
    if (escapes) {
      checkSurrogates(json);
    }
  }

  private static void requireUtf8(byte[] json) throws CharacterCodingException {
    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
  }

  private static void checkSurrogates(byte[] json) throws IOException {
    for (int at = 0; at < json.length; at++) {
      if (json[at] != '\\') {
        continue;
      }
      int unit = unit(json, at);
      if (unit < 0) {
        at++;
      } else if (!Character.isSurrogate((char) unit)) {
        at += 5;
      } else {
        int low = unit(json, at + 6);
        if (!Character.isHighSurrogate((char) unit)
            || low < 0
            || !Character.isLowSurrogate((char) low)) {
          throw new IOException("a lone surrogate");
        }
        at += 11;
      }
    }
  }

  /** The code unit that is escaped at {@code at}; -1: none. */
  private static int unit(byte[] json, int at) {
    if (at + 6 > json.length || json[at] != '\\' || json[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(json[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  /** Reads to the end of the value that begins at the current token. */
  static void checkNumbers(JsonParser parser) throws IOException {
    int depth = 0;
    for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token.isNumeric()) {
        checkFinite(parser);
      }
      if (depth == 0) {
        return;
      }
    }
  }

  private static void checkFinite(JsonParser parser) throws IOException {
    int length = parser.getTextLength();
    boolean plain = length < SURELY_FINITE_CHARACTERS;
    char[] text = parser.getTextCharacters();
    for (int i = parser.getTextOffset(), end = i + length; plain && i < end; i++) {
      plain = text[i] != 'e' && text[i] != 'E';
    }
    if (!plain && !Double.isFinite(Double.parseDouble(parser.getText()))) {
      throw new IOException("a number beyond a double");
    }
  }
}
