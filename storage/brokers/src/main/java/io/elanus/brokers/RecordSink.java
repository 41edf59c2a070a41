package io.elanus.brokers;

import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Sends records to the end of a topic, in order. A record may arrive twice, and behind later ones
 * when it was sent again.
 */
public interface RecordSink extends AutoCloseable {
  /** Makes the connections that the first record needs, unless they are there; sends nothing. */
  void connect();

  /**
   * Sends a record; waits only when there is no memory for it.
   *
   * @param payload copied
   * @param onFailure told when the record was not written, or when that is unknown; by any thread
   */
  void send(byte[] stamp, ByteBuffer payload, Consumer<ElanusException> onFailure);

  /** At once: what was not sent yet is given up. */
  @Override
  void close();
}
