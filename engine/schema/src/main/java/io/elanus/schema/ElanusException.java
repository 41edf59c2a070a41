package io.elanus.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The caller or the world did something. The sentence is constant or names the offending value;
 * variables stand beside it as fields.
 *
 * <p>{@link #getMessage} composes the text as Milvus does: {@code leading: base[field=value]…}.
 */
public final class ElanusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A variable of the message, printed as {@code [name=value]}. */
  public record Variable(String name, String value) {}

  private static final int LONGEST_VALUE = 1024;
  private static final int LONGEST_LEADING = 8192;

  private final ErrorCode code;
  private final String leading;
  private final List<Variable> variables = new ArrayList<>();

  /** An error whose text is the base text of its code. */
  public ElanusException(ErrorCode code) {
    this(code, "", null);
  }

  /** An error with a leading sentence; an empty one leaves the base text alone. */
  public ElanusException(ErrorCode code, String leading) {
    this(code, leading, null);
  }

  public ElanusException(ErrorCode code, String leading, @Nullable Throwable cause) {
    super(clipped(leading, LONGEST_LEADING), cause);
    this.code = code;
    this.leading = clipped(leading, LONGEST_LEADING);
  }

  /** What a client sent may be as long as a message may be; its answer echoes the beginning. */
  private static String clipped(String text, int limit) {
    return text.length() <= limit
        ? text
        : text.substring(0, limit) + "... (" + text.length() + " characters)";
  }

  /** Adds a variable; returns this exception, for {@code throw new ElanusException(…).with(…)}. */
  public ElanusException with(String name, Object value) {
    variables.add(new Variable(name, clipped(String.valueOf(value), LONGEST_VALUE)));
    return this;
  }

  /** Shorthand for the most frequent error. */
  public static ElanusException invalid(String sentence) {
    return new ElanusException(ErrorCode.INVALID_PARAMETER, sentence);
  }

  public ErrorCode code() {
    return code;
  }

  /** The sentence before the base text; empty when there is none. */
  public String leading() {
    return leading;
  }

  public List<Variable> variables() {
    return List.copyOf(variables);
  }

  @Override
  public String getMessage() {
    var text = new StringBuilder();
    if (!leading.isEmpty()) {
      text.append(leading).append(": ");
    }
    text.append(code.baseText());
    for (Variable variable : variables) {
      text.append('[').append(variable.name()).append('=').append(variable.value()).append(']');
    }
    return text.toString();
  }
}
