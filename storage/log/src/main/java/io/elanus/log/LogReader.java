package io.elanus.log;

import java.util.Optional;

/** A cursor over a log; used by one thread at a time. */
public interface LogReader extends AutoCloseable {
  /**
   * The next record, or empty at the present end; may be asked again after more was appended. Its
   * payload is borrowed until the next call: a replay then copies rows once, to where they stay.
   *
   * @throws io.elanus.schema.ElanusException DATA_INTEGRITY with file and offset for a damaged
   *     record, or when what should come next was cut meanwhile
   */
  Optional<LogRecord> next();

  @Override
  void close();
}
