package io.elanus.log;

import java.time.Duration;
import java.util.List;

/** The physical channels of one store. */
public interface LogStore extends AutoCloseable {
  /**
   * The log of a channel, created empty when it does not exist; the same instance until deleted or
   * closed. A log that found damage may be opened anew, to look again.
   *
   * @param channel letters, digits, {@code _ - .}, not beginning with a dot, at most 200 long;
   *     anything else is INVALID_PARAMETER
   * @throws io.elanus.schema.ElanusException DATA_INTEGRITY with file and offset when acknowledged
   *     data is damaged where recovery had to look
   */
  Log open(String channel);

  /** Removes a channel and its records; a channel that does not exist is no error. */
  void delete(String channel);

  /** Names of the existing channels, sorted. */
  List<String> channels();

  /**
   * Whether what keeps the logs answers this process; always so where that is the process itself.
   *
   * @param within is waited at most, roughly
   */
  default boolean reachable(Duration within) {
    return true;
  }

  /** Closes every log; idempotent. Later calls fail with UNAVAILABLE. */
  @Override
  void close();
}
