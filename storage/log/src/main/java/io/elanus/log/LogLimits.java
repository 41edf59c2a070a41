package io.elanus.log;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Pattern;

/** The checks that every implementation of the contract makes before it does anything. */
public final class LogLimits {
  private static final Pattern CHANNEL = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}");

  private LogLimits() {}

  /** Whether a channel may have this name. */
  public static boolean isChannel(String name) {
    return CHANNEL.matcher(name).matches();
  }

  public static void checkChannel(String channel) {
    if (!isChannel(channel)) {
      throw ElanusException.invalid("a channel's name has 1 to 200 letters, digits and _ - .")
          .with("channel", channel);
    }
  }

  public static void checkPayloads(List<ByteBuffer> payloads, int maxRecordBytes) {
    if (payloads.isEmpty()) {
      throw ElanusException.invalid("an append needs a payload");
    }
    for (ByteBuffer payload : payloads) {
      if (payload.remaining() > maxRecordBytes) {
        throw new ElanusException(ErrorCode.PARAMETER_TOO_LARGE, "log record is too long")
            .with("bytes", payload.remaining())
            .with("limit", maxRecordBytes);
      }
    }
  }

  public static void checkReadable(Log log, String channel, long position) {
    long first = log.firstPosition();
    long end = log.endPosition();
    if (position < first || position > end) {
      String sentence =
          position < first
              ? "the log was cut above the position to read from"
              : "the log ends before the position to read from";
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, sentence)
          .with("channel", channel)
          .with("position", position)
          .with("first", first)
          .with("end", end);
    }
  }

  public static void checkCut(Log log, String channel, long position) {
    if (position > log.endPosition()) {
      throw ElanusException.invalid("the log ends before the position to cut at")
          .with("channel", channel)
          .with("position", position)
          .with("end", log.endPosition());
    }
  }

  public static ElanusException closed() {
    return new ElanusException(ErrorCode.UNAVAILABLE, "log is closed");
  }
}
